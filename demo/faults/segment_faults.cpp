#include "contrail/error.hpp"
#include "demo/faults/kinds.hpp"
#include "demo/faults/system.hpp"
#include "postgres/postgres_consumer_segments.hpp"

namespace demo {

namespace {

using contrail::postgres::PostgresConsumerSegments;

constexpr std::uint32_t segments_max = 16;

/// A worker that is frozen holds its checkpoint for longer than an injection may wait.
constexpr contrail::postgres::Waits waits{.connect_max = std::chrono::seconds(2),
                                          .answer_max = std::chrono::seconds(2)};

Injection split(System& system, Random& /*random*/) {
    const contrail::ConsumerName name(system.partitioned);
    PostgresConsumerSegments segments(system.direct, waits);
    const auto count = static_cast<std::uint32_t>(segments.places(name).size());
    if (count == 0 || count >= segments_max)
        return {.what = "left " + name.str() + " at " + std::to_string(count) + " segments",
                .repair = "",
                .momentary = true};
    segments.split(name, count);
    return {.what = "split " + name.str() + " into " + std::to_string(2 * count) + " segments",
            .repair = "",
            .momentary = true};
}

Injection merge(System& system, Random& /*random*/) {
    const contrail::ConsumerName name(system.partitioned);
    PostgresConsumerSegments segments(system.direct, waits);
    const auto count = static_cast<std::uint32_t>(segments.places(name).size());
    if (count < 2)
        return {.what = "left " + name.str() + " at " + std::to_string(count) + " segments",
                .repair = "",
                .momentary = true};
    segments.merge(name, count);
    return {.what = "merged " + name.str() + " into " + std::to_string(count / 2) + " segments",
            .repair = "",
            .momentary = true};
}

std::optional<std::string> needs_segments(const System& system) {
    if (!system.partitioned.empty()) return std::nullopt;
    return "no consumer has segments";
}

}  // namespace

std::vector<Fault> segment_faults() {
    constexpr auto at_once = "at once: workers claim again";
    return {{.name = "split-segments",
             .target = Target::programs,
             .does = "doubles the segments of a consumer",
             .ends = at_once,
             .inject = split,
             .obstacle = needs_segments},
            {.name = "merge-segments",
             .target = Target::programs,
             .does = "halves the segments of a consumer",
             .ends = at_once,
             .inject = merge,
             .obstacle = needs_segments}};
}

}  // namespace demo
