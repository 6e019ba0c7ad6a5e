#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contrail/http.hpp"

/// What clients send along with a request, by name: a form, a JSON object, or the query after "?" in the URL.
///
/// The functions throw Halt if what holds the parameter is malformed, or has it twice. A Router answers that
/// to the client.
///
/// Needs contrail::http to be linked. May be called from any thread.
namespace contrail::http {

/// Ends a request with an error that its client reads.
struct Halt {
    Status status;
    std::string message;
};

/// The value of `name` in the query, decoded; nothing if it is not there.
std::optional<std::string> query_parameter(const Request& request, std::string_view name);

/// The value of `name` in the body; nothing if it is not there. The body is a form
/// (application/x-www-form-urlencoded) or a JSON object (application/json); another one that is not empty is
/// answered with 415.
///
/// A form's value is decoded. JSON strings come without their quotes, null as nothing, and all else as JSON
/// writes it: `5.5`, `true`, `[5]`.
std::optional<std::string> body_parameter(const Request& request, std::string_view name);

}  // namespace contrail::http
