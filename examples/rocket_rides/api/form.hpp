#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rocket_rides {

/// The values that a form (application/x-www-form-urlencoded) gives to the parameter `name`, decoded, in
/// order. Nothing if some part of the form is not encoded properly: a "%" without two hexadecimal digits.
std::optional<std::vector<std::string>> form_values(std::string_view form, std::string_view name);

}  // namespace rocket_rides
