#include "chaos/chaos_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace chaos {

namespace {

using Duration = ChaosResult::Duration;

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// `all` must not be empty. Of two in the middle, the longer.
Duration median(std::vector<Duration> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

std::string faults_text(const ChaosResult& result) {
    std::string lines =
        fmt::format("{} faults in {} rounds and {:.1f} s, seed {}. Seconds until everything converged:\n",
                    result.faults(), result.rounds, seconds(result.took), result.seed);
    lines += fmt::format("  {:<24} {:>6} {:>8} {:>8}\n", "", "times", "median", "worst");
    for (const auto& [name, times] : result.converged_after)
        lines += fmt::format("  {:<24} {:>6} {:>8.2f} {:>8.2f}\n", name, times.size(), seconds(median(times)),
                             seconds(std::ranges::max(times)));
    for (const auto& [name, why] : result.left_out)
        lines += fmt::format("  {:<24} left out: {}\n", name, why);
    return lines;
}

std::string verdict_details(const Verdict& verdict) {
    const auto& [outcomes, records, consumers, warehouse_rides, findings] = verdict;
    std::string lines = fmt::format(
        "{} records in the log. Changes: {} acknowledged, {} refused or rolled back, {} in doubt "
        "({} of them in the log, {} not).\n",
        records, outcomes.acknowledged, outcomes.withdrawn,
        outcomes.in_doubt_found + outcomes.in_doubt_not_found, outcomes.in_doubt_found,
        outcomes.in_doubt_not_found);
    for (const auto& consumer : consumers)
        lines += fmt::format("{}: {:.1f} m at {}\n", consumer.name, consumer.total_distance,
                             consumer.last_id.to_string());
    if (warehouse_rides) lines += fmt::format("warehouse: {} rides\n", *warehouse_rides);
    for (const Violation violation : violations) {
        std::string label(name(violation));
        std::ranges::replace(label, '_', ' ');
        lines += fmt::format("{} {}{}", label, findings.count(violation),
                             violation == violations.back() ? "\n" : ", ");
    }
    for (const std::string& text : findings.texts()) lines += "  " + text + '\n';
    return lines;
}

std::string verdict_text(const ChaosResult& result) {
    if (!result.failure.empty()) return "FAILED: " + result.failure + '\n';
    return result.good()
               ? "Good: nothing was lost, nothing counts twice, all is in order, and the totals agree.\n"
               : "FAILED: see above.\n";
}

void add_verdict(nlohmann::ordered_json& json, const Verdict& verdict) {
    const auto& [outcomes, records, consumers, warehouse_rides, findings] = verdict;
    json["changes"] = {{"acknowledged", outcomes.acknowledged},
                       {"withdrawn", outcomes.withdrawn},
                       {"in_doubt_found", outcomes.in_doubt_found},
                       {"in_doubt_not_found", outcomes.in_doubt_not_found}};
    json["records"] = records;
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : consumers)
        json["consumers"].push_back({{"name", consumer.name},
                                     {"last_id", consumer.last_id.to_string()},
                                     {"total_distance", consumer.total_distance},
                                     {"segments", consumer.segments}});
    json["warehouse_rides"] =
        warehouse_rides ? nlohmann::ordered_json(*warehouse_rides) : nlohmann::ordered_json();
    for (const Violation violation : violations)
        json[std::string(name(violation))] = findings.count(violation);
    json["findings"] = findings.texts();
}

}  // namespace

std::uint64_t ChaosResult::faults() const {
    std::uint64_t count = 0;
    for (const auto& [name, times] : converged_after) count += times.size();
    return count;
}

std::string to_text(const ChaosResult& result) {
    std::string lines = faults_text(result);
    if (result.verdict) lines += verdict_details(*result.verdict);
    lines += verdict_text(result);
    if (!result.data_dir.empty()) lines += "Data and logs are in " + result.data_dir + ".\n";
    return lines;
}

std::string to_json(const ChaosResult& result) {
    nlohmann::ordered_json json;
    json["good"] = result.good();
    json["failure"] = result.failure;
    json["seed"] = result.seed;
    json["seconds"] = seconds(result.took);
    json["rounds"] = result.rounds;
    json["disasters"] = nlohmann::ordered_json::array();
    for (const auto& [name, times] : result.converged_after)
        json["disasters"].push_back({{"name", name},
                                     {"times", times.size()},
                                     {"converged_seconds_median", seconds(median(times))},
                                     {"converged_seconds_worst", seconds(std::ranges::max(times))}});
    json["left_out"] = nlohmann::ordered_json::array();
    for (const auto& [name, why] : result.left_out)
        json["left_out"].push_back({{"name", name}, {"why", why}});
    if (result.verdict) add_verdict(json, *result.verdict);
    json["data_dir"] = result.data_dir;
    return json.dump() + '\n';
}

}  // namespace chaos
