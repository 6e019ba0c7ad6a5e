#include "chaos/watch/ride_record.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace chaos {

namespace {

std::optional<double> number_in(const nlohmann::json& data, const char* name) {
    const auto found = data.find(name);
    if (found == data.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

}  // namespace

std::optional<std::uint64_t> RideRecord::number() const {
    if (!distance) return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(*distance));
}

std::optional<RideRecord> read_ride(const contrail::Record& record) {
    const auto data = nlohmann::json::parse(record.data, nullptr, /*allow_exceptions=*/false);
    const auto id = data.is_object() ? number_in(data, "id") : std::nullopt;
    if (record.object != "ride" || !id) return std::nullopt;
    return RideRecord{.ride = std::llround(*id),
                      .distance = number_in(data, "distance"),
                      .previous_distance = number_in(data, "previous_distance")};
}

}  // namespace chaos
