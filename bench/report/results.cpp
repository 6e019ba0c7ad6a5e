#include "bench/report/results.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/report/json.hpp"
#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Machine& machine) {
    return {{"processor", machine.processor},
            {"processors", machine.processors},
            {"memory_gib", machine.memory_gib},
            {"kernel", machine.kernel},
            {"fsync_ms", machine.fsync_ms},
            {"postgres", machine.postgres},
            {"redis", machine.redis}};
}

Machine machine_from(const Json& json) {
    return {.measured_at = {},
            .processor = json.at("processor"),
            .processors = json.at("processors"),
            .memory_gib = json.at("memory_gib"),
            .kernel = json.at("kernel"),
            .fsync_ms = json.at("fsync_ms"),
            .postgres = json.at("postgres"),
            .redis = json.at("redis")};
}

}  // namespace

const Result* find(const Results& results, std::string_view benchmark) {
    const auto found = std::ranges::find(results.benchmarks, benchmark, &Result::benchmark);
    return found == results.benchmarks.end() || found->series.empty() ? nullptr : &*found;
}

void replace(Results& results, const Result& result) {
    const auto older = std::ranges::find(results.benchmarks, result.benchmark, &Result::benchmark);
    if (older == results.benchmarks.end()) {
        results.benchmarks.push_back(result);
    } else {
        *older = result;
    }
}

std::string to_json(const Results& results) {
    Json json{{"contrail", results.version},
              {"measured_at", results.machine.measured_at},
              {"machine", json_of(results.machine)},
              {"servers", results.servers}};
    json["benchmarks"] = Json::array();
    for (const Result& result : results.benchmarks) json["benchmarks"].push_back(to_json(result));
    return json.dump(1) + '\n';
}

Results results_from_json(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        Results results{json.at("contrail"), machine_from(json.at("machine")), json.at("servers"), {}};
        results.machine.measured_at = json.at("measured_at");
        for (const Json& result : json.at("benchmarks")) results.benchmarks.push_back(result_from(result));
        return results;
    } catch (const nlohmann::json::exception& error) {
        throw Error(Retry::never,
                    "Cannot read the results of contrail_bench: " + std::string(error.what()) + '.');
    }
}

}  // namespace contrail::bench
