#include "verify/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rocket_rides {

namespace {

std::string_view text(Standing standing) {
    switch (standing) {
        case Standing::behind:
            return "behind";
        case Standing::ahead:
            return "ahead";
        case Standing::agrees:
            return "agrees";
        case Standing::disagrees:
            return "DISAGREES";
        case Standing::unreadable:
            return "UNREADABLE";
    }
    return "";
}

std::string hexadecimal(std::uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

/// How many consumers, or warehouses, stand so.
std::ptrdiff_t count(const Report& report, const auto& all, Standing wanted) {
    return std::ranges::count_if(all, [&](const auto& each) { return standing(report, each) == wanted; });
}

std::string verdict_on_consumers(const Report& report) {
    if (const auto wrong = count(report, report.consumers, Standing::disagrees); wrong > 0)
        return fmt::format("DISAGREE: {} of {} consumers.", wrong, report.consumers.size());
    const auto right = count(report, report.consumers, Standing::agrees);
    if (right == 0) return "No consumer has consumed every ride: there is nothing to compare yet.";
    return fmt::format(
        "Agree: {} of {} consumers have consumed every ride, and their totals are the rides' sum.", right,
        report.consumers.size());
}

std::string verdict_on(const Report& report, const Report::Warehouse& warehouse) {
    switch (standing(report, warehouse)) {
        case Standing::agrees:
            return fmt::format("Agree: {} holds exactly the rides, digest {}.", warehouse.name,
                               hexadecimal(warehouse.contents->digest));
        case Standing::disagrees:
            return fmt::format("DISAGREE: {} does not hold exactly the rides: its digest is {}, theirs {}.",
                               warehouse.name, hexadecimal(warehouse.contents->digest),
                               hexadecimal(report.rides.digest.value_or(0)));
        case Standing::unreadable:
            return warehouse.name + " cannot be compared. " + warehouse.unreadable;
        case Standing::behind:
        case Standing::ahead:
            break;
    }
    return warehouse.name + " is not at the rides' last record: there is nothing to compare yet.";
}

/// Null where it cannot be said.
nlohmann::ordered_json json_of(Standing standing) {
    if (standing == Standing::agrees) return true;
    if (standing == Standing::disagrees) return false;
    return nullptr;
}

nlohmann::ordered_json json_of(const Report& report, const Report::Warehouse& warehouse) {
    nlohmann::ordered_json json{{"name", warehouse.name},
                                {"last_id", warehouse.last_id.to_string()},
                                {"file", warehouse.file},
                                {"lag_records", report.lag_records(warehouse)},
                                {"agrees", json_of(standing(report, warehouse))}};
    if (warehouse.contents) {
        json["count"] = warehouse.contents->count;
        json["sum"] = warehouse.contents->sum;
        json["digest"] = hexadecimal(warehouse.contents->digest);
    } else {
        json["error"] = warehouse.unreadable;
    }
    return json;
}

}  // namespace

std::string to_text(const Report& report) {
    std::size_t name_width = 8;
    for (const auto& consumer : report.consumers) name_width = std::max(name_width, consumer.name.size());
    for (const auto& warehouse : report.warehouses) name_width = std::max(name_width, warehouse.name.size());

    std::string lines;
    const auto line = [&](auto name, auto last_id, auto records, auto distance, auto lag, auto standing) {
        std::string row = fmt::format("{:<{}}  {:<27}  {:>11}  {:>18}  {:>11}  {}", name, name_width, last_id,
                                      records, distance, lag, standing);
        row.erase(row.find_last_not_of(' ') + 1);
        lines += row + '\n';
    };
    const auto metres = [](double distance) { return fmt::format("{:.3f}", distance); };
    line("", "last id", "records", "distance (m)", "lag", "");
    line("rides", "", report.rides.count, metres(report.rides.sum), "", "");
    line("log", report.log.head.to_string(), report.log.records, "", "", "");
    if (const auto unsent = report.unsent_records(); unsent > 0) line("unsent", "", unsent, "", "", "");
    for (const auto& consumer : report.consumers)
        line(consumer.name, consumer.last_id.to_string(), "", metres(consumer.total_distance),
             report.lag_records(consumer), text(standing(report, consumer)));
    for (const auto& warehouse : report.warehouses) {
        const auto& contents = warehouse.contents;
        line(warehouse.name, warehouse.last_id.to_string(), contents ? std::to_string(contents->count) : "",
             contents ? metres(contents->sum) : "", report.lag_records(warehouse),
             text(standing(report, warehouse)));
    }
    lines += verdict_on_consumers(report) + '\n';
    for (const auto& warehouse : report.warehouses) lines += verdict_on(report, warehouse) + '\n';
    return lines;
}

std::string to_json(const Report& report) {
    nlohmann::ordered_json json;
    json["rides"] = {{"count", report.rides.count}, {"sum", report.rides.sum}};
    if (report.rides.digest) json["rides"]["digest"] = hexadecimal(*report.rides.digest);
    json["log"] = {{"head", report.log.head.to_string()},
                   {"records", report.log.records},
                   {"unsent_records", report.unsent_records()}};
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : report.consumers)
        json["consumers"].push_back({{"name", consumer.name},
                                     {"last_id", consumer.last_id.to_string()},
                                     {"total_distance", consumer.total_distance},
                                     {"lag_records", report.lag_records(consumer)}});
    json["warehouses"] = nlohmann::ordered_json::array();
    for (const auto& warehouse : report.warehouses) json["warehouses"].push_back(json_of(report, warehouse));
    json["agree"] = agree(report);
    return json.dump() + '\n';
}

}  // namespace rocket_rides
