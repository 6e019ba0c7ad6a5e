#include "bench/report/projection.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "bench/figures.hpp"
#include "operations/units.hpp"

namespace contrail::bench {

namespace {

/// Consumers of each database.
constexpr double database_consumers = 2;
/// Redis works in one thread, and needs a reserve.
constexpr double redis_load_max = 0.7;

/// Processors that one database with its streamer and consumers needs.
struct Load {
    double fleet = 0;
    double postgres = 0;
    double redis = 0;

    [[nodiscard]] double sum() const { return fleet + postgres + redis; }
};

std::optional<double> median(const Result& result, const std::string& setting, const std::string& subject,
                             const std::string& unit) {
    const Series* const series = find(result, setting, subject, unit);
    return series == nullptr ? std::nullopt : std::optional(spread(series->values).median);
}

std::optional<Load> load(const Result& result, const std::string& setting) {
    const auto share = [&](const char* part) { return median(result, setting, part, "% of a processor"); };
    const auto streamer = share("streamer");
    const auto consumer = share("each consumer");
    const auto postgres = share("PostgreSQL");
    const auto redis = share("Redis");
    if (!streamer || !consumer || !postgres || !redis) return std::nullopt;
    return Load{(*streamer + database_consumers * *consumer) / 100, *postgres / 100, *redis / 100};
}

std::string redis_text(double processors) {
    const double servers = std::ceil(processors / redis_load_max);
    return fmt::format("{}, {} server{}", figure(processors), servers, servers > 1 ? "s" : "");
}

std::string row(double databases, const Load& idle, const Load& busy, double mib) {
    return fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                       operations::count_text(static_cast<std::uint64_t>(databases)),
                       figure(databases * idle.sum()), figure(databases * busy.fleet),
                       figure(databases * busy.postgres), redis_text(databases * busy.redis),
                       operations::bytes_text(static_cast<std::uint64_t>(databases * mib * (1 << 20))));
}

}  // namespace

std::string projection(const Results& results) {
    const Result* const fleet = find(results, "end-to-end");
    const Result* const paced = find(results, "latency");
    if (fleet == nullptr || paced == nullptr) return {};
    const auto idle = load(*fleet, "idle");
    const auto busy = load(*paced, "1,000 rides/s");
    const auto streamer_mib = median(*fleet, "at most", "streamer", "MiB");
    const auto consumer_mib = median(*fleet, "at most", "each consumer", "MiB");
    if (!idle || !busy || !streamer_mib || !consumer_mib) return {};

    std::string text =
        "| databases | idle: processors | at 1,000 rides/s: processors for streamers and consumers | "
        "for PostgreSQL | for Redis | memory of streamers and consumers |\n|---|---|---|---|---|---|\n";
    for (const double databases : {1.0, 10.0, 1'000.0})
        text += row(databases, *idle, *busy, *streamer_mib + database_consumers * *consumer_mib);
    return text;
}

}  // namespace contrail::bench
