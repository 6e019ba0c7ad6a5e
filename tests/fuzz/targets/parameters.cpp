#include "parameters.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "ride.hpp"

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
    try {
        require_distance(rocket_rides::distance_parameter(content_type, from.rest()));
    } catch (const rocket_rides::Halt&) {
    }
    try {
        if (const auto previous = rocket_rides::previous_distance_parameter(from.rest()))
            require_distance(*previous);
    } catch (const rocket_rides::Halt&) {
    }
}

}  // namespace contrail::fuzz
