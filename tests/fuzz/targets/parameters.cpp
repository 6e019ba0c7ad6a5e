#include "api/distance_parameter.hpp"
#include "core/require.hpp"
#include "distance/distance.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

namespace {

void require_distance(double distance) {
    require(distance >= 0 && distance <= rocket_rides::distance_max, "a distance is in range", distance);
    require(rocket_rides::parse_distance(rocket_rides::distance_text(distance)) ==
                rocket_rides::CheckedDistance(distance),
            "a distance is read as it was written", distance);
}

}  // namespace

void parameters(std::string_view input) {
    Input from(input);
    const std::string content_type = from.text();
    const auto distance = rocket_rides::distance_parameter(content_type, from.rest());
    if (const auto* const metres = std::get_if<double>(&distance)) require_distance(*metres);
    const auto previous = rocket_rides::previous_distance_parameter(from.rest());
    if (const auto* const metres = std::get_if<std::optional<double>>(&previous))
        if (*metres) require_distance(**metres);
}

}  // namespace contrail::fuzz
