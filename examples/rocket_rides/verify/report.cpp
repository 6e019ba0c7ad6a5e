#include "verify/report.hpp"

#include <algorithm>

#include "same_distance.hpp"

namespace rocket_rides {

namespace {

bool match(const Report& report, double left, double right) {
    return same_distance(left, right, report.staged.value);
}

bool same_rides(const Report& report, const WarehouseContents& contents) {
    return contents.count == report.rides.count && contents.digest == report.rides.digest &&
           match(report, contents.sum, report.rides.sum);
}

bool has_consumed_all(const Report& report, const auto& consumer) {
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

std::uint64_t Report::lag_records(const Warehouse& warehouse) const {
    return difference(log.head.offset, warehouse.last_id.offset);
}

Standing standing(const Report& report, const Report::Consumer& consumer) {
    const bool contradicted = std::ranges::any_of(report.consumers, [&](const Report::Consumer& other) {
        return other.last_id == consumer.last_id &&
               !match(report, other.total_distance, consumer.total_distance);
    });
    if (contradicted) return Standing::disagrees;
    if (!has_consumed_all(report, consumer)) return Standing::behind;
    return match(report, consumer.total_distance, report.rides.sum) ? Standing::agrees : Standing::disagrees;
}

Standing standing(const Report& report, const Report::Warehouse& warehouse) {
    if (!warehouse.contents) return Standing::unreadable;
    if (!has_consumed_all(report, warehouse)) return Standing::behind;
    if (warehouse.contents->last_id.offset > report.staged) return Standing::ahead;
    return same_rides(report, *warehouse.contents) ? Standing::agrees : Standing::disagrees;
}

bool agree(const Report& report) {
    const auto is_wrong = [&](const auto& each) {
        const Standing found = standing(report, each);
        return found == Standing::disagrees || found == Standing::unreadable;
    };
    return std::ranges::none_of(report.consumers, is_wrong) &&
           std::ranges::none_of(report.warehouses, is_wrong);
}

Comparison compare(const Report& report) {
    Comparison comparison;
    for (const auto& one : report.consumers) {
        for (const auto& other : report.consumers) {
            if (&one == &other || one.last_id != other.last_id) continue;
            const bool same = match(report, one.total_distance, other.total_distance);
            auto& place = same ? comparison.agree_at : comparison.differ_at;
            place = std::max(place, std::optional(one.last_id));
        }
    }
    return comparison;
}

bool is_level(const Report& report, std::string_view name) {
    const auto level = [&](const auto& each) { return each.name == name && has_consumed_all(report, each); };
    return report.staged == contrail::Offset{} || std::ranges::any_of(report.consumers, level) ||
           std::ranges::any_of(report.warehouses, level);
}

}  // namespace rocket_rides
