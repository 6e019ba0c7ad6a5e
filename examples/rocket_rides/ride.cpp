#include "ride.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/endian/conversion.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

namespace rocket_rides {

namespace {

using Json = nlohmann::json;

std::optional<std::int64_t> id_in(const Json& ride) {
    const auto id = ride.find("id");
    if (id == ride.end() || !id->is_number_integer()) return std::nullopt;
    constexpr auto id_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (id->is_number_unsigned() && id->get<std::uint64_t>() > id_max) return std::nullopt;
    return id->get<std::int64_t>();
}

/// Checked as the API checks it, because other programs may stage rides, too: one of 1.8e308 m would make every total
/// infinite.
double distance_in(const Json& ride, const char* name) {
    const Json& number = ride.at(name);
    if (!number.is_number()) throw std::runtime_error(std::string(name) + " is not a number");
    const CheckedDistance checked = check_distance(number.get<double>());
    if (const auto* const rule = std::get_if<std::string_view>(&checked))
        throw std::runtime_error(std::string(name) + " must " + std::string(*rule));
    return std::get<double>(checked);
}

RideChange parse(const std::string& action, const Json& ride) {
    RideChange change{.id = id_in(ride)};
    if (action == "create" || action == "update") change.distance = distance_in(ride, "distance");
    if (action == "update" || action == "delete")
        change.previous_distance = distance_in(ride, "previous_distance");
    if (action != "create" && action != "update" && action != "delete")
        throw std::runtime_error("action '" + action + "' is not one of create, update, delete");
    return change;
}

}  // namespace

CheckedDistance parse_distance(std::string_view text) {
    const char* const end = text.data() + text.size();
    double distance = 0;
    const auto [parsed_to, error] = std::from_chars(text.data(), end, distance);
    if (parsed_to != end || error == std::errc::invalid_argument) return be_a_number;
    // It does not tell "too great" from "too near zero"; no rider takes the second one.
    if (error == std::errc::result_out_of_range)
        return text.starts_with('-') ? not_be_negative : not_be_too_long;
    return check_distance(distance);
}

CheckedDistance check_distance(double distance) {
    if (!std::isfinite(distance)) return be_a_number;
    if (std::signbit(distance)) return not_be_negative;
    if (distance > distance_max) return not_be_too_long;
    return distance;
}

std::string distance_text(double distance) {
    std::array<char, 32> text;
    char* const end = std::to_chars(text.data(), text.data() + text.size(), distance).ptr;
    return {text.data(), std::remove(text.data(), end, '+')};
}

std::string rounded_distance_text(double distance) {
    return fmt::format("{:.1f}", std::round(distance * 10) / 10);  // fmt alone rounds halves to even
}

bool same_distance(double left, double right, std::uint64_t additions) {
    constexpr double millimetre = 0.001;
    if (!std::isfinite(left) || !std::isfinite(right)) return false;
    // epsilon is 2^-52: a part in 2^53 for each of the two sums.
    const double rounding =
        static_cast<double>(additions) * std::numeric_limits<double>::epsilon() * std::max(left, right);
    return std::abs(left - right) <= millimetre + rounding;
}

std::uint64_t digest_of(std::int64_t id, double distance) {
    // Big-endian, as int8send() and float8send() write.
    std::array<unsigned char, 16> ride;
    boost::endian::store_big_s64(ride.data(), id);
    boost::endian::store_big_u64(ride.data() + 8, std::bit_cast<std::uint64_t>(distance));
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
    SHA256(ride.data(), ride.size(), hash.data());
    return boost::endian::load_big_u64(hash.data());
}

std::optional<RideChange> read_ride(const contrail::Record& record) {
    if (record.object != "ride") return std::nullopt;
    try {
        return parse(record.action, Json::parse(record.data));
    } catch (const std::exception& error) {
        throw std::runtime_error("Record " + record.id.to_string() + " cannot be read as a ride: " +
                                 error.what() + ". Its data: " + record.data.substr(0, 200));
    }
}

}  // namespace rocket_rides
