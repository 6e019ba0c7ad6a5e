#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace rocket_rides {

/// The longest ride that is accepted, in metres; longer ones are mistakes. It is 25 times around the Earth,
/// and low enough that nine million such rides add up to a total in which every metre still counts.
inline constexpr double distance_max = 1e9;

/// What is wrong with a distance.
enum class DistanceFault {
    not_a_number,  ///< Also: NaN, infinity, hexadecimal, a sign "+", anything before or after the number.
    negative,      ///< Also: minus zero.
    too_long,      ///< Beyond distance_max. Also: so near zero that no double holds it.
};

/// Metres, or why they are none.
using CheckedDistance = std::variant<double, DistanceFault>;

/// Reads a decimal number such as `539.8`, `.5` or `1e3`. Never depends on the locale.
CheckedDistance parse_distance(std::string_view text);

/// The same rules for what is a number already.
CheckedDistance check_distance(double distance);

/// The shortest text that parse_distance() reads as exactly this distance. Never has a "+", which stands for
/// a space in forms.
std::string distance_text(double distance);

/// Metres to one decimal, halves away from zero, as Ruby's `distance.round(1).to_s`: "539.8", "5.0".
std::string rounded_distance_text(double distance);

}  // namespace rocket_rides
