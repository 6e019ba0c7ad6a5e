#include "bench/load/ride_source.hpp"

#include <algorithm>
#include <filesystem>

#include "contrail/error.hpp"
#include "ride.hpp"

namespace contrail::load {

namespace {

constexpr double random_distance_min = 5.0;
constexpr double random_distance_max = 1000.0;
constexpr auto column_name = "distance";

std::optional<double> next_distance(CsvColumn& distances) {
    const auto text = distances.next();
    if (!text) return std::nullopt;
    const auto parsed = rocket_rides::parse_distance(*text);
    if (const auto* distance = std::get_if<double>(&parsed)) return *distance;
    throw Error(Retry::never, distances.place() + ": '" + std::string(*text) +
                                  "' is not a distance. Give a number from 0 to " +
                                  rocket_rides::rounded_distance_text(rocket_rides::distance_max) + '.');
}

std::optional<std::uint64_t> count_rides(const std::string& file) {
    if (!std::filesystem::is_regular_file(file)) return std::nullopt;
    CsvColumn distances(file, column_name);
    std::uint64_t rides = 0;
    while (next_distance(distances)) ++rides;
    return rides;
}

}  // namespace

RandomRides::RandomRides(std::uint64_t seed, std::optional<std::uint64_t> count)
    : random_(seed),
      count_(count) {}

std::optional<double> RandomRides::next() {
    if (count_ && drawn_ == *count_) return std::nullopt;
    ++drawn_;
    return std::uniform_real_distribution<double>(random_distance_min, random_distance_max)(random_);
}

FileRides::FileRides(const std::string& file, std::optional<std::uint64_t> count)
    : distances_(file, column_name),
      count_(count),
      total_(count_rides(file)) {
    if (total_ && count_) total_ = std::min(*total_, *count_);
}

std::optional<double> FileRides::next() {
    if (count_ && drawn_ == *count_) return std::nullopt;
    ++drawn_;
    return next_distance(distances_);
}

}  // namespace contrail::load
