#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/record.hpp"

/// What a ride is: a distance in metres, how programs write and read it, and what records say of it.
namespace rocket_rides {

/// The longest ride that the API accepts, in metres. It is 25 times around the Earth, and low enough that
/// nine million such rides add up to a total in which every metre still counts.
inline constexpr double distance_max = 1e9;

/// A distance; or what it would have to do to be one, which completes "The distance must …".
using CheckedDistance = std::variant<double, std::string_view>;

inline constexpr std::string_view be_a_number = "be a floating-point number";
inline constexpr std::string_view not_be_negative = "not be negative";
inline constexpr std::string_view not_be_too_long = "be at most 1000000000 (metres)";

/// Reads a decimal number such as `539.8`, `.5` or `1e3`, whatever the locale. Refuses blanks, `+`,
/// hexadecimal numbers, infinities and NaN.
CheckedDistance parse_distance(std::string_view text);

/// Applies the same bounds to a number.
CheckedDistance check_distance(double distance);

/// The shortest text that parse_distance() reads as exactly this distance. It never has a `+`, which stands
/// for a space in forms.
std::string distance_text(double distance);

/// Metres to one decimal, halves away from zero, as Ruby's `distance.round(1).to_s`: "539.8", "5.0".
std::string rounded_distance_text(double distance);

/// Whether two sums of the same `additions` distances, in metres, can differ by rounding alone.
///
/// Each addition rounds by at most one part in 2^53 of the sum, on either side. A millimetre passes in any
/// case: rides that changed or went since passed through the total with a rounding of their own.
bool same_distance(double left, double right, std::uint64_t additions);

/// The first eight bytes of the SHA-256 of a ride. Their sum, modulo 2^64, stands for a set of rides: equal if ids and
/// distances are equal, bit for bit; different, but for one chance in 2^64, if not.
std::uint64_t digest_of(std::int64_t id, double distance);

/// What a record says of a ride's distance, in metres. `create` has a distance, `delete` a previous distance,
/// `update` both; what is missing is 0.
struct RideChange {
    std::optional<std::int64_t> id;  ///< Nothing unless the record names an integer.
    double distance = 0;
    double previous_distance = 0;
};

/// Nothing if the record is not about a ride. Throws std::runtime_error that names the record if it is, and
/// cannot be understood.
std::optional<RideChange> read_ride(const contrail::Record& record);

}  // namespace rocket_rides
