#include "metrics/streamer_metrics.hpp"

#include <gtest/gtest.h>

#include "contrail/streamer.hpp"
#include "metrics/metered_log_writer.hpp"
#include "metrics/metered_outbox.hpp"
#include "support/scrape.hpp"
#include "testing/memory_log.hpp"
#include "testing/memory_outbox.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::metrics {
namespace {

using std::chrono::milliseconds;

/// A streamer on ports in memory, and what is counted of it.
class MetricsOfAStreamer : public ::testing::Test {
protected:
    void stage(int records) {
        testing::MemoryTransaction transaction(database);
        for (int i = 0; i < records; ++i) transaction.stage("create", "ride", "{}");
        transaction.commit();
    }
    void drain() {
        while (streamer.run_once() > 0) continue;
    }
    [[nodiscard]] double value(const std::string& name, const std::vector<std::string>& labels = {}) const {
        return test::Scrape(registry.text()).value("contrail_streamer_" + name, labels).value();
    }
    [[nodiscard]] double is(const std::string& state) const {
        return value("state", {"state=\"" + state + '"'});
    }
    [[nodiscard]] milliseconds standstill() const { return metrics.watchdog().standstill()->lasts; }

    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryOutbox outbox{database};
    testing::MemoryLog log{server};
    testing::VirtualClock clock;
    Registry registry{"rides"};
    StreamerMetrics metrics{registry, clock};
    MeteredOutbox metered_outbox{outbox, metrics};
    MeteredLogWriter metered_log{log, metrics};
    Streamer streamer{metered_outbox, metered_log, clock, {.chunk = {.records_max = 2}}, metrics.listener()};
};

TEST_F(MetricsOfAStreamer, CountsRecordsBytesChunksAndBatches) {
    stage(5);
    stage(1);
    drain();
    EXPECT_EQ(value("records_total"), 6);
    EXPECT_EQ(value("bytes_total"), 6 * 12);  // "create", "ride" and "{}"
    EXPECT_EQ(value("batches_total"), 1);
    EXPECT_EQ(value("appends_total"), 3);
    EXPECT_EQ(value("append_seconds_count"), 3);
    EXPECT_EQ(value("seal_seconds_count"), 1);
    EXPECT_EQ(value("resends_total"), 0);
    EXPECT_EQ(is("idle"), 1);
}

TEST_F(MetricsOfAStreamer, KnowsTheTimeBetweenTwoPollsFromTheSecondPollOn) {
    stage(1);
    drain();
    EXPECT_EQ(value("seal_interval_seconds_count"), 0);
    stage(1);
    drain();
    EXPECT_EQ(value("seal_interval_seconds_count"), 1);
}

TEST_F(MetricsOfAStreamer, CountsTheRecordsThatItSendsAgainToALostLog) {
    stage(5);
    drain();
    server.lose_everything();
    clock.advance(milliseconds(1'000));  // then an idle streamer checks the log's head
    drain();
    drain();
    EXPECT_EQ(value("refusals_total"), 1);
    EXPECT_EQ(value("resends_total"), 5);
    EXPECT_EQ(value("records_total"), 10);
}

TEST_F(MetricsOfAStreamer, MovesWhileThereIsNothingToDo) {
    clock.advance(milliseconds(500));
    EXPECT_EQ(standstill(), milliseconds(500));
    drain();
    EXPECT_EQ(standstill(), milliseconds(0));
}

TEST_F(MetricsOfAStreamer, MovesWhileAnotherOneLeads) {
    clock.advance(milliseconds(500));
    metrics.another_leads();
    EXPECT_EQ(standstill(), milliseconds(0));
}

TEST_F(MetricsOfAStreamer, StandsByUntilItHasFoundItsPlace) {
    metrics.on_event(streamer_event::StandingBy{});
    metrics.polled(Stopwatch(), false);
    EXPECT_EQ(is("standing_by"), 1);
    metrics.on_event(streamer_event::Located{});
    EXPECT_EQ(is("streaming"), 1);
}

TEST_F(MetricsOfAStreamer, StandsStillWhileCallsFail) {
    clock.advance(milliseconds(700));
    metrics.on_event(streamer_event::Retrying{Error(Retry::call, "Redis is away."), milliseconds(50)});
    EXPECT_EQ(standstill(), milliseconds(700));
    EXPECT_EQ(metrics.watchdog().standstill()->why, "Redis is away.");
    EXPECT_EQ(is("retrying"), 1);
    EXPECT_EQ(value("retries_total"), 1);
}

}  // namespace
}  // namespace contrail::metrics
