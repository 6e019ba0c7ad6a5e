#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/http.hpp"

namespace rocket_rides {

/// Why a request cannot be served, for its client.
struct Refusal {
    contrail::http::Status status;
    std::string message;

    bool operator==(const Refusal&) const = default;
};

/// The parameter `distance`, in metres, of a request whose body is a form or a JSON object; other parameters
/// are passed over. `content_type` is the header's value, and empty where there is none.
///
/// A JSON string is read like a form's value; JSON's null is as good as no parameter.
std::variant<double, Refusal> distance_parameter(std::string_view content_type, std::string_view body);

/// The parameter `previous_distance`, in metres, of a request's query: what follows "?" in its target, and is
/// encoded as a form. Nothing if it is not there; other parameters are passed over.
std::variant<std::optional<double>, Refusal> previous_distance_parameter(std::string_view query);

}  // namespace rocket_rides
