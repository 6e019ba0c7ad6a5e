-- Rocket Rides' own tables. Contrail's are made by its migrations (sql/).

CREATE TABLE IF NOT EXISTS rides (
    id         bigserial        PRIMARY KEY,
    created_at timestamptz      NOT NULL DEFAULT now(),
    distance   double precision NOT NULL  -- metres
);

-- What a total-distance consumer has added up, as of its checkpoint.
CREATE TABLE IF NOT EXISTS consumer_states (
    name           text             PRIMARY KEY,
    total_distance double precision NOT NULL  -- metres
);

-- Which file a warehouse consumer keeps, on the machine that it runs on: `verify` looks there.
CREATE TABLE IF NOT EXISTS warehouses (
    consumer  text NOT NULL,
    stream    text NOT NULL,
    file      text NOT NULL,  -- an absolute path
    warehouse text NOT NULL,  -- the file's own number, so that no other is taken for it
    PRIMARY KEY (consumer, stream)
);
