#include "distance/distance.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace rocket_rides {

CheckedDistance parse_distance(std::string_view text) {
    const char* const end = text.data() + text.size();
    double distance = 0;
    const auto [parsed_to, error] = std::from_chars(text.data(), end, distance);
    if (parsed_to != end || error == std::errc::invalid_argument) return DistanceFault::not_a_number;
    // It does not tell "too great" from "too near zero"; the second is no distance anybody rides.
    if (error == std::errc::result_out_of_range) {
        return text.starts_with('-') ? DistanceFault::negative : DistanceFault::too_long;
    }
    return check_distance(distance);
}

CheckedDistance check_distance(double distance) {
    if (!std::isfinite(distance)) return DistanceFault::not_a_number;
    if (std::signbit(distance)) return DistanceFault::negative;
    if (distance > distance_max) return DistanceFault::too_long;
    return distance;
}

std::string distance_text(double distance) {
    std::array<char, 32> text;
    char* const end = std::to_chars(text.data(), text.data() + text.size(), distance).ptr;
    return {text.data(), std::remove(text.data(), end, '+')};
}

std::string rounded_distance_text(double distance) {
    // Beyond 2^52 a double has no fraction, and the multiplication could only spoil it.
    constexpr double whole_from = 4503599627370496.0;
    const double rounded = std::abs(distance) < whole_from ? std::round(distance * 10) / 10 : distance;
    std::array<char, 512> buffer;  // the greatest double has 309 digits
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded, std::chars_format::fixed).ptr;
    std::string text(buffer.data(), end);
    if (text.find('.') == std::string::npos) text += ".0";
    return text;
}

}  // namespace rocket_rides
