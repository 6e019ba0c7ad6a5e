-- The warehouse's file: what an analyst asks about rides. See warehouse.hpp.
--
-- Every table stays right when records come again. So no figure is added to: sums and counts are views over rows,
-- each of which an upsert leaves as one application would.

PRAGMA application_id = 1381128019;  -- "RRWS"
PRAGMA user_version = 1;

-- Every ride that there ever was. Whichever of a ride's records come, how often, and in whatever order: the row ends
-- up the same.
CREATE TABLE all_rides (
    id            INTEGER PRIMARY KEY,
    distance      REAL,              -- metres; NULL: the ride was deleted
    record_offset INTEGER NOT NULL,  -- of the newest of its records applied: an older one changes nothing
    created_ms    INTEGER NOT NULL   -- Unix time at which the oldest of its records applied was sealed; or when the
                                     -- service created it, if the file began with the service's rides
) STRICT;

-- Finds the oldest deleted rides, which are forgotten.
CREATE INDEX deleted_rides ON all_rides (record_offset) WHERE distance IS NULL;

-- How far the warehouse is. One row.
CREATE TABLE progress (
    warehouse        TEXT    NOT NULL,  -- this file's own number, which no other file has
    last_id          TEXT    NOT NULL,  -- the last record applied; 0-0: none
    last_offset      INTEGER NOT NULL,  -- of that record
    forgotten_offset INTEGER NOT NULL,  -- rides whose deletion is forgotten were deleted by this offset
    begun_offset     INTEGER NOT NULL   -- the rides with which the file began show records up to here; 0: it began
                                        -- empty
) STRICT;
INSERT INTO progress VALUES (lower(hex(randomblob(16))), '0-0', 0, 0, 0);

CREATE VIEW rides AS
SELECT id, distance, strftime('%Y-%m-%dT%H:%M:%fZ', created_ms / 1000.0, 'unixepoch') AS created_at, created_ms,
       record_offset
FROM all_rides WHERE distance IS NOT NULL;

CREATE VIEW rides_per_hour AS
SELECT strftime('%Y-%m-%dT%H:00Z', created_ms / 1000, 'unixepoch') AS hour, count(*) AS rides,
       round(sum(distance), 3) AS total_distance, round(avg(distance), 3) AS average_distance,
       round(max(distance), 3) AS longest_distance
FROM rides GROUP BY created_ms / 3600000 ORDER BY hour;

CREATE VIEW rides_per_distance_band AS
WITH bands (from_distance, below_distance, band) AS (
    VALUES (0, 100, 'below 100 m'), (100, 250, '100 to 250 m'), (250, 500, '250 to 500 m'),
           (500, 1000, '500 m to 1 km'), (1000, 10000, '1 to 10 km'), (10000, 9e999, 'from 10 km on')
)
SELECT band, count(id) AS rides, round(coalesce(sum(distance), 0), 3) AS total_distance,
       round(avg(distance), 3) AS average_distance
FROM bands LEFT JOIN rides ON distance >= from_distance AND distance < below_distance
GROUP BY from_distance ORDER BY from_distance;
