#include "metrics/registry.hpp"

#include <gtest/gtest.h>

#include "metrics/families.hpp"
#include "metrics/state_gauges.hpp"

namespace contrail::metrics {
namespace {

TEST(Registry, WritesWhatPrometheusReads) {
    Registry registry("rides");
    registry.counter("contrail_things_total", "Things.", {{"kind", "small"}}).Increment(2);
    EXPECT_EQ(registry.text(),
              "# HELP contrail_things_total Things.\n"
              "# TYPE contrail_things_total counter\n"
              "contrail_things_total{kind=\"small\",stream=\"rides\"} 2\n");
}

TEST(Registry, CountsDurationsInBuckets) {
    Registry registry("rides");
    Histogram& seconds = registry.histogram("contrail_seconds", "Time.", {}, {0.1, 0.3});
    for (const double second : {0.1, 0.2, 7.0}) seconds.Observe(second);
    EXPECT_EQ(registry.text(),
              "# HELP contrail_seconds Time.\n"
              "# TYPE contrail_seconds histogram\n"
              "contrail_seconds_count{stream=\"rides\"} 3\n"
              "contrail_seconds_sum{stream=\"rides\"} 7.3\n"
              "contrail_seconds_bucket{stream=\"rides\",le=\"0.1\"} 1\n"
              "contrail_seconds_bucket{stream=\"rides\",le=\"0.3\"} 2\n"
              "contrail_seconds_bucket{stream=\"rides\",le=\"+Inf\"} 3\n");
}

TEST(Registry, JoinsFamiliesOfOneNameAndKeepsNamesInOrder) {
    const Registry registry("rides");
    Families more{gauge_family("b", "Second."), gauge_family("a", "First."), gauge_family("b", "Second.")};
    add_sample(more[0], 1, {{"of", "x"}});
    add_sample(more[1], 2, {});
    add_sample(more[2], 3, {{"of", "y"}});
    EXPECT_EQ(registry.text(std::move(more)),
              "# HELP a First.\n# TYPE a gauge\na 2\n"
              "# HELP b Second.\n# TYPE b gauge\nb{of=\"x\"} 1\nb{of=\"y\"} 3\n");
}

TEST(Registry, EscapesWhateverALogIsCalled) {
    Registry registry("a\"b\\c");
    registry.gauge("g", "G.").Set(1);
    EXPECT_NE(registry.text().find(R"(g{stream="a\"b\\c"} 1)"), std::string::npos);
}

TEST(StateGauges, AreOneForTheCurrentStateAndZeroForTheOthers) {
    static constexpr ProgramState states[] = {ProgramState::idle, ProgramState::consuming};
    StateGauges state("s", "S.", {{"of", "x"}}, states);
    Registry registry("rides");
    registry.add(state);
    state.enter(ProgramState::consuming);
    EXPECT_EQ(
        registry.text(),
        "# HELP s S.\n# TYPE s gauge\ns{state=\"idle\",of=\"x\"} 0\ns{state=\"consuming\",of=\"x\"} 1\n");
}

}  // namespace
}  // namespace contrail::metrics
