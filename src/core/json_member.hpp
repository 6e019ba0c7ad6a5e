#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contrail {

/// The text of a member of the JSON object `json`: a string without quotes and escapes, or a number, true or false as
/// it is written. Nothing if there is no such member, or it is null, an array or an object. It reads up to the member
/// only, and keeps every digit, which a general parser does not: an id may have more than a double holds.
std::optional<std::string> json_member(std::string_view json, std::string_view name);

}  // namespace contrail
