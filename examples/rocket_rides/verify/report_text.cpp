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
        case Standing::agrees:
            return "agrees";
        case Standing::disagrees:
            return "DISAGREES";
    }
    return "";
}

std::string verdict(const Report& report) {
    const auto count = [&](Standing wanted) {
        return std::ranges::count_if(report.consumers, [&](const Report::Consumer& consumer) {
            return standing(report, consumer) == wanted;
        });
    };
    if (const auto wrong = count(Standing::disagrees); wrong > 0)
        return fmt::format("DISAGREE: {} of {} consumers.", wrong, report.consumers.size());
    const auto right = count(Standing::agrees);
    if (right == 0) return "No consumer has consumed every ride: there is nothing to compare yet.";
    return fmt::format(
        "Agree: {} of {} consumers have consumed every ride, and their totals are the rides' sum.", right,
        report.consumers.size());
}

}  // namespace

std::string to_text(const Report& report) {
    std::size_t name_width = 8;
    for (const auto& consumer : report.consumers) name_width = std::max(name_width, consumer.name.size());

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
    return lines + verdict(report) + '\n';
}

std::string to_json(const Report& report) {
    nlohmann::ordered_json json;
    json["rides"] = {{"count", report.rides.count}, {"sum", report.rides.sum}};
    json["log"] = {{"head", report.log.head.to_string()},
                   {"records", report.log.records},
                   {"unsent_records", report.unsent_records()}};
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : report.consumers)
        json["consumers"].push_back({{"name", consumer.name},
                                     {"last_id", consumer.last_id.to_string()},
                                     {"total_distance", consumer.total_distance},
                                     {"lag_records", report.lag_records(consumer)}});
    json["agree"] = agree(report);
    return json.dump() + '\n';
}

}  // namespace rocket_rides
