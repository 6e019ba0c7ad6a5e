#pragma once

#include <string>
#include <string_view>

#include "contrail/postgres.hpp"
#include "contrail/segment.hpp"

/// Where a total-distance consumer keeps its total: a sum for each of its segments, beside their checkpoints.
namespace rocket_rides {

/// The total of a segment, in metres; that of the default segment is the consumer's. A segment that others were merged
/// into takes over their totals. The caller's transaction holds the segment's checkpoint.
double load_total(contrail::Sql& sql, const std::string& name, contrail::Segment segment);

/// Sets it.
void save_total(contrail::Sql& sql, const std::string& name, contrail::Segment segment, double total);

/// SQL for a FROM: up to where each segment of each consumer has applied its records: `consumer`, `stream`,
/// `segment`, `segments`, `last_id`, `last_offset`. A merge may leave one half of a segment ahead; then the halves
/// are listed, among twice as many segments. A consumer's totals add up to its total at a record only if all its
/// segments are there.
extern const std::string_view places_of_segments;

}  // namespace rocket_rides
