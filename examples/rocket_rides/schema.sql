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
