#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contrail/http.hpp"

/// What clients of the API send.
namespace rocket_rides {

/// Ends a request with an answer to its client, as Sinatra's halt does.
struct Halt {
    contrail::http::Status status;
    std::string message;
};

/// The parameter `distance`, in metres, of a form or a JSON object; other parameters are ignored.
/// `content_type` is empty if there is none. Throws Halt.
double distance_parameter(std::string_view content_type, std::string_view body);

/// The value of the parameter `name` in a form, decoded; nothing if it is not there. `what` is what messages
/// call the form. Throws Halt.
std::optional<std::string> form_value(std::string_view form, std::string_view name, std::string_view what);

/// The parameter `previous_distance` of a query, which is what follows "?"; nothing if it is not there.
/// Throws Halt.
std::optional<double> previous_distance_parameter(std::string_view query);

}  // namespace rocket_rides
