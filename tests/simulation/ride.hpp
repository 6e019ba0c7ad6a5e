#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contrail::simulation {

/// What the simulated records tell of. The serial is taken when the ride is staged, like the service's own
/// serial numbers, and is the ride's place in the oracle's list.
struct Ride {
    std::uint64_t serial = 0;
    std::uint64_t distance = 0;
};

constexpr std::string_view ride_begin = R"({"id": )";
constexpr std::string_view ride_middle = R"(, "distance": )";

inline std::string to_json(const Ride& ride) {
    return std::string(ride_begin) + std::to_string(ride.serial) + std::string(ride_middle) +
           std::to_string(ride.distance) + "}";
}

/// Only for what to_json() wrote.
inline Ride ride_from(const std::string& json) {
    Ride ride;
    const char* const end = json.data() + json.size();
    const auto serial = std::from_chars(json.data() + ride_begin.size(), end, ride.serial);
    std::from_chars(serial.ptr + ride_middle.size(), end, ride.distance);
    return ride;
}

/// The key and the headers under which a ride is staged. Every other ride has a key, every third has headers.
inline std::optional<std::string> key_of(const Ride& ride) {
    return ride.serial % 2 == 0 ? std::optional(std::to_string(ride.serial)) : std::nullopt;
}

inline std::optional<std::string> headers_of(const Ride& ride) {
    return ride.serial % 3 == 0 ? std::optional(to_json(ride)) : std::nullopt;
}

}  // namespace contrail::simulation
