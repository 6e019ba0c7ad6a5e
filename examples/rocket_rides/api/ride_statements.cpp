#include "api/ride_statements.hpp"

namespace rocket_rides {

using contrail::postgres::Effect;

// Rows are inserted in the order of the distances, and the ids come back in it. A plain INSERT stages them
// all at once; stage(), called for each, would take three times as long.
const RideStatement insert_rides{
    .attempt = {.what = "store rides", .effect = Effect::transaction},
    .name = "insert_rides",
    .types = "float8[]",
    .text =
        "WITH ride AS ("
        " INSERT INTO rides (distance) SELECT unnest($1::float8[]) RETURNING id, distance"
        "), record AS ("
        " INSERT INTO @schema@.staged_log_records (action, object, data)"
        " SELECT 'create', 'ride', jsonb_build_object('id', id, 'distance', distance) FROM ride"
        ") "
        "SELECT id FROM ride"};

// A ride whose row another transaction has locked is skipped: it may be held for long, and all who share the
// transaction would wait. One that changed after this transaction's snapshot is a serialization failure.
const RideStatement change_rides{
    .attempt = {.what = "change rides", .effect = Effect::transaction},
    .name = "change_rides",
    .types = "bigint[], float8[], float8[]",
    .text =
        "WITH wanted AS ("
        " SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[])"
        " WITH ORDINALITY AS wanted (id, distance, previous_distance, place)"
        "), free AS MATERIALIZED ("
        " SELECT id, distance FROM rides WHERE id = ANY ($1::bigint[]) FOR UPDATE SKIP LOCKED"
        "), change AS ("
        " SELECT id, wanted.distance, free.distance AS previous_distance FROM wanted JOIN free USING (id)"
        " WHERE coalesce(wanted.previous_distance = free.distance, true)"
        "), updated AS ("
        " UPDATE rides SET distance = change.distance FROM change"
        " WHERE rides.id = change.id AND change.distance IS NOT NULL"
        "), deleted AS ("
        " DELETE FROM rides USING change WHERE rides.id = change.id AND change.distance IS NULL"
        "), record AS ("
        " INSERT INTO @schema@.staged_log_records (action, object, data)"
        " SELECT CASE WHEN distance IS NULL THEN 'delete' ELSE 'update' END, 'ride', jsonb_strip_nulls("
        "jsonb_build_object('id', id, 'distance', distance, 'previous_distance', previous_distance))"
        " FROM change"
        ") "
        "SELECT change.previous_distance, rides.id IS NOT NULL"
        " FROM wanted LEFT JOIN change USING (id) LEFT JOIN rides USING (id) ORDER BY place"};

}  // namespace rocket_rides
