CREATE TABLE orders (id bigserial PRIMARY KEY, item text NOT NULL, quantity bigint NOT NULL);
CREATE TABLE sales (item text PRIMARY KEY, sold bigint NOT NULL CONSTRAINT sold CHECK (sold >= 0));
