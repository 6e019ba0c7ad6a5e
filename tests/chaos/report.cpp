#include "chaos/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rocket_rides::chaos {

namespace {

using Duration = ChaosReport::Duration;

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Of a list that is not empty; of two in the middle, the longer.
Duration median(std::vector<Duration> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

std::string disasters_text(const ChaosReport& report) {
    std::string lines = fmt::format(
        "{} disasters in {} rounds and {:.1f} s, seed {}. Until all was well again, in seconds:\n",
        report.disasters(), report.rounds, seconds(report.took), report.seed);
    lines += fmt::format("  {:<24} {:>6} {:>8} {:>8}\n", "", "times", "median", "worst");
    for (const auto& [name, times] : report.converged_after)
        lines += fmt::format("  {:<24} {:>6} {:>8.2f} {:>8.2f}\n", name, times.size(), seconds(median(times)),
                             seconds(std::ranges::max(times)));
    for (const auto& [name, why] : report.left_out)
        lines += fmt::format("  {:<24} left out: {}\n", name, why);
    return lines;
}

std::string judgement_text(const Judgement& judgement) {
    const auto& [outcomes, records, consumers, warehouse_rides, findings] = judgement;
    std::string lines = fmt::format(
        "{} records in the log. Changes: {} acknowledged, {} refused or rolled back, {} in doubt ({} of them "
        "in "
        "the log, {} not).\n",
        records, outcomes.acknowledged, outcomes.withdrawn,
        outcomes.in_doubt_found + outcomes.in_doubt_not_found, outcomes.in_doubt_found,
        outcomes.in_doubt_not_found);
    for (const auto& consumer : consumers)
        lines += fmt::format("{}: {:.1f} m at {}\n", consumer.name, consumer.total_distance,
                             consumer.last_id.to_string());
    if (warehouse_rides) lines += fmt::format("warehouse: {} rides\n", *warehouse_rides);
    for (const Fault fault : faults) {
        std::string words(name(fault));
        std::ranges::replace(words, '_', ' ');
        lines += fmt::format("{} {}{}", words, findings.count(fault), fault == faults.back() ? "\n" : ", ");
    }
    for (const std::string& text : findings.texts()) lines += "  " + text + '\n';
    return lines;
}

std::string verdict_text(const ChaosReport& report) {
    if (!report.failure.empty()) return "FAILED: " + report.failure + '\n';
    return report.good() ? "Good: nothing was lost, nothing counts twice, all are in order and agree.\n"
                         : "FAILED: see above.\n";
}

void add_judgement(nlohmann::ordered_json& json, const Judgement& judgement) {
    const auto& [outcomes, records, consumers, warehouse_rides, findings] = judgement;
    json["changes"] = {{"acknowledged", outcomes.acknowledged},
                       {"withdrawn", outcomes.withdrawn},
                       {"in_doubt_found", outcomes.in_doubt_found},
                       {"in_doubt_not_found", outcomes.in_doubt_not_found}};
    json["records"] = records;
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : consumers)
        json["consumers"].push_back({{"name", consumer.name},
                                     {"last_id", consumer.last_id.to_string()},
                                     {"total_distance", consumer.total_distance}});
    json["warehouse_rides"] =
        warehouse_rides ? nlohmann::ordered_json(*warehouse_rides) : nlohmann::ordered_json();
    for (const Fault fault : faults) json[std::string(name(fault))] = findings.count(fault);
    json["findings"] = findings.texts();
}

}  // namespace

std::uint64_t ChaosReport::disasters() const {
    std::uint64_t count = 0;
    for (const auto& [name, times] : converged_after) count += times.size();
    return count;
}

std::string to_text(const ChaosReport& report) {
    std::string lines = disasters_text(report);
    if (report.judgement) lines += judgement_text(*report.judgement);
    lines += verdict_text(report);
    if (!report.data_dir.empty()) lines += "Logs and data are in " + report.data_dir + ".\n";
    return lines;
}

std::string to_json(const ChaosReport& report) {
    nlohmann::ordered_json json;
    json["good"] = report.good();
    json["failure"] = report.failure;
    json["seed"] = report.seed;
    json["seconds"] = seconds(report.took);
    json["rounds"] = report.rounds;
    json["disasters"] = nlohmann::ordered_json::array();
    for (const auto& [name, times] : report.converged_after)
        json["disasters"].push_back({{"name", name},
                                     {"times", times.size()},
                                     {"converged_seconds_median", seconds(median(times))},
                                     {"converged_seconds_worst", seconds(std::ranges::max(times))}});
    json["left_out"] = nlohmann::ordered_json::array();
    for (const auto& [name, why] : report.left_out)
        json["left_out"].push_back({{"name", name}, {"why", why}});
    if (report.judgement) add_judgement(json, *report.judgement);
    json["data_dir"] = report.data_dir;
    return json.dump() + '\n';
}

}  // namespace rocket_rides::chaos
