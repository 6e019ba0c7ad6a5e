#include "totals.hpp"

#include <fmt/format.h>

namespace rocket_rides {

namespace {

// All digits, whatever the server's default: consumers must show the same total bit for bit.
constexpr auto load_text = R"(
WITH merged AS (
    DELETE FROM segment_totals WHERE name = $1 AND segment >= $3::integer AND segment % $3::integer = $2::integer
    RETURNING total_distance
)
SELECT coalesce((SELECT total_distance FROM totals_of_segments WHERE name = $1 AND segment = $2::integer), 0)
     + coalesce((SELECT sum(total_distance) FROM merged), 0)
FROM set_config('extra_float_digits', '1', true))";

constexpr auto save_first_text =
    "INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance";

constexpr auto save_text =
    "INSERT INTO segment_totals (name, total_distance, segment) VALUES ($1, $2, $3) "
    "ON CONFLICT (name, segment) DO UPDATE SET total_distance = excluded.total_distance";

}  // namespace

double load_total(contrail::Sql& sql, const std::string& name, contrail::Segment segment) {
    return std::stod(
        sql.execute(load_text, {name, std::to_string(segment.number), std::to_string(segment.count)})[0][0]
            .value());
}

void save_total(contrail::Sql& sql, const std::string& name, contrail::Segment segment, double total) {
    // fmt prints the shortest text that reads back as the same double.
    const std::string text = fmt::format("{}", total);
    if (segment.number == 0) {
        sql.execute(save_first_text, {name, text});
    } else {
        sql.execute(save_text, {name, text, std::to_string(segment.number)});
    }
}

constinit const std::string_view places_of_segments = R"((
    SELECT consumer, stream, half AS segment, segments * CASE WHEN ahead_id IS NULL THEN 1 ELSE 2 END AS segments,
           reached.id AS last_id, split_part(reached.id, '-', 2)::bigint AS last_offset
    FROM @schema@.checkpoints,
         LATERAL unnest(CASE WHEN ahead_id IS NULL THEN ARRAY[segment]
                             ELSE ARRAY[segment, segment + segments] END) AS half,
         LATERAL (SELECT CASE half WHEN ahead_segment THEN ahead_id ELSE last_id END AS id) AS reached
) AS place)";

}  // namespace rocket_rides
