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

-- The same for the segments of one that has several, from the second on: each adds to a row of its own, so that none waits
-- for another. That of segment 0 is in the table above.
CREATE TABLE IF NOT EXISTS segment_totals (
    name           text             NOT NULL,
    segment        integer          NOT NULL CHECK (segment >= 1),
    total_distance double precision NOT NULL,  -- metres
    PRIMARY KEY (name, segment)
);

CREATE OR REPLACE VIEW totals_of_segments AS
SELECT name, 0 AS segment, total_distance FROM consumer_states UNION ALL SELECT * FROM segment_totals;

-- A sum at one record only if all segments have come to the same one: see `rocket_rides verify`.
CREATE OR REPLACE VIEW consumer_totals AS
SELECT name, sum(total_distance ORDER BY segment) AS total_distance FROM totals_of_segments GROUP BY name;

-- Which file a warehouse consumer keeps, on the machine that it runs on: `verify` looks there.
CREATE TABLE IF NOT EXISTS warehouses (
    consumer  text NOT NULL,
    stream    text NOT NULL,
    file      text NOT NULL,  -- an absolute path
    warehouse text NOT NULL,  -- the file's own number, so that no other is taken for it
    PRIMARY KEY (consumer, stream)
);
