#include <variant>

#include "contrail/http_parameters.hpp"
#include "core/require.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "ride.hpp"

namespace contrail::fuzz {

namespace {

void require_distance(const rocket_rides::CheckedDistance& checked) {
    if (!std::holds_alternative<double>(checked)) return;
    const double distance = std::get<double>(checked);
    require(distance >= 0 && distance <= rocket_rides::distance_max, "a distance is in range", distance);
    require(rocket_rides::parse_distance(rocket_rides::distance_text(distance)) == checked,
            "a distance is read as it was written", distance);
}

}  // namespace

void parameters(std::string_view input) {
    Input from(input);
    http::Request request;
    request.set(boost::beast::http::field::content_type, from.text());
    request.body() = from.rest();
    try {
        if (const auto text = http::body_parameter(request, "distance"))
            require_distance(rocket_rides::parse_distance(*text));
    } catch (const http::Halt&) {
    }
}

}  // namespace contrail::fuzz
