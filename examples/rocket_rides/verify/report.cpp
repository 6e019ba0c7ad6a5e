#include "verify/report.hpp"

#include <algorithm>

#include "same_distance.hpp"

namespace rocket_rides {

namespace {

bool match(const Report& report, double left, double right) {
    return same_distance(left, right, report.staged.value);
}

bool is_level(const Report& report, const Report::Consumer& consumer) {
    return consumer.last_id.offset >= report.staged;
}

std::uint64_t difference(contrail::Offset ahead, contrail::Offset behind) {
    return ahead > behind ? ahead.value - behind.value : 0;
}

}  // namespace

std::uint64_t Report::unsent_records() const {
    return difference(staged, log.head.offset);
}

std::uint64_t Report::lag_records(const Consumer& consumer) const {
    return difference(log.head.offset, consumer.last_id.offset);
}

Standing standing(const Report& report, const Report::Consumer& consumer) {
    const bool contradicted = std::ranges::any_of(report.consumers, [&](const Report::Consumer& other) {
        return other.last_id == consumer.last_id &&
               !match(report, other.total_distance, consumer.total_distance);
    });
    if (contradicted) return Standing::disagrees;
    if (!is_level(report, consumer)) return Standing::behind;
    return match(report, consumer.total_distance, report.rides.sum) ? Standing::agrees : Standing::disagrees;
}

bool agree(const Report& report) {
    return std::ranges::none_of(report.consumers, [&](const Report::Consumer& consumer) {
        return standing(report, consumer) == Standing::disagrees;
    });
}

bool is_level(const Report& report, std::string_view name) {
    const auto consumer = std::ranges::find(report.consumers, name, &Report::Consumer::name);
    if (consumer == report.consumers.end()) return report.staged == contrail::Offset{};
    return is_level(report, *consumer);
}

}  // namespace rocket_rides
