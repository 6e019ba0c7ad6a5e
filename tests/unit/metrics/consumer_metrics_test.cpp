#include "metrics/consumer_metrics.hpp"

#include <gtest/gtest.h>

#include "contrail/consumer.hpp"
#include "metrics/metered_checkpoints.hpp"
#include "metrics/metered_log_reader.hpp"
#include "support/scrape.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::metrics {
namespace {

using std::chrono::milliseconds;

/// A consumer on ports in memory, and what is counted of it.
class MetricsOfAConsumer : public ::testing::Test {
protected:
    /// A record that was sealed so long before now.
    void log_holds(std::uint64_t offset, std::uint64_t ms_ago) {
        server.append_foreign({{clock.unix_ms() - ms_ago, Offset{offset}}, "create", "ride", "{}"});
    }
    void drain() {
        while (consumer.run_once() > 0) continue;
    }
    [[nodiscard]] double value(const std::string& metric, const std::vector<std::string>& labels = {}) const {
        return test::Scrape(registry.text()).value("contrail_consumer_" + metric, labels).value();
    }
    [[nodiscard]] milliseconds standstill() const { return metrics.watchdog().standstill()->lasts; }

    const ConsumerName name{"distance"};
    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    testing::MemoryCheckpoints checkpoints{database, StreamName("log")};
    testing::VirtualClock clock;
    Registry registry{"rides"};
    ConsumerMetrics metrics{name, registry, clock};
    MeteredLogReader metered_log{log, metrics};
    MeteredCheckpoints metered_checkpoints{checkpoints, metrics};
    std::function<void()> handle = [] {};
    Consumer consumer{name,
                      metered_log,
                      metered_checkpoints,
                      [this](Transaction&, std::span<const Record> records) {
                          metrics.handler_begins(records);
                          handle();
                      },
                      {.on_refusal = OnRefusal::park, .handler_attempts_max = 1},
                      clock,
                      metrics.listener()};
};

TEST_F(MetricsOfAConsumer, CountsRecordsBatchesAndCommits) {
    log_holds(1, 0);
    log_holds(2, 0);
    drain();
    EXPECT_EQ(value("records_total"), 2);
    EXPECT_EQ(value("batches_total"), 1);
    EXPECT_EQ(value("commit_seconds_count"), 2);  // that of its first checkpoint, and the batch's
    EXPECT_EQ(value("checkpoint_offset"), 2);
    EXPECT_EQ(metrics.checkpoint(), Offset{2});
    EXPECT_EQ(value("state", {R"(state="idle")"}), 1);
}

TEST_F(MetricsOfAConsumer, KnowsForEveryRecordHowLongItTookFromItsSeal) {
    log_holds(1, 4'000);
    log_holds(2, 4'000);
    log_holds(3, 20);
    drain();
    EXPECT_EQ(value("seal_to_applied_seconds_count"), 3);
    EXPECT_DOUBLE_EQ(value("seal_to_applied_seconds_sum"), 8.02);
    const auto in_bucket = [&](const std::string& bound) {
        return value("seal_to_applied_seconds_bucket", {"le=\"" + bound + '"'});
    };
    EXPECT_EQ(in_bucket("0.01"), 0);
    EXPECT_EQ(in_bucket("0.025"), 1);
    EXPECT_EQ(in_bucket("2.5"), 1);
    EXPECT_EQ(in_bucket("5"), 3);
}

TEST_F(MetricsOfAConsumer, CountsNoNegativeTimeWhereClocksDiffer) {
    server.append_foreign({{clock.unix_ms() + 5'000, Offset{1}}, "create", "ride", "{}"});
    drain();
    EXPECT_EQ(value("seal_to_applied_seconds_sum"), 0);
    EXPECT_EQ(value("seal_to_applied_seconds_count"), 1);
}

TEST_F(MetricsOfAConsumer, CountsNothingAsAppliedThatWasNotCommitted) {
    log_holds(1, 100);
    handle = [] { throw Error(Retry::transaction, "deadlock"); };
    EXPECT_THROW(consumer.run_once(), Error);
    EXPECT_EQ(value("records_total"), 0);
    EXPECT_EQ(value("seal_to_applied_seconds_count"), 0);
    handle = [] {};
    drain();
    EXPECT_EQ(value("seal_to_applied_seconds_count"), 1);
}

TEST_F(MetricsOfAConsumer, CountsRecordsThatTheFilterLeftOutApart) {
    using consumer_event::Committed;
    metrics.on_event(Committed{.first = {1, Offset{1}}, .last = {1, Offset{10}}, .left_out = 7});
    metrics.on_event(Committed{.first = {1, Offset{11}}, .last = {1, Offset{15}}, .left_out = 5});
    EXPECT_EQ(value("records_total"), 3);
    EXPECT_EQ(value("left_out_records_total"), 12);
    EXPECT_EQ(value("batches_total"), 1) << "the second one had no effects";
    EXPECT_EQ(value("checkpoint_offset"), 15);
}

TEST_F(MetricsOfAConsumer, CountsParkedRecordsApart) {
    log_holds(1, 0);
    handle = [] { throw std::runtime_error("not a ride"); };
    drain();
    EXPECT_EQ(value("parked_records_total"), 1);
    EXPECT_EQ(value("records_total"), 0);
    EXPECT_EQ(value("checkpoint_offset"), 1);
}

TEST_F(MetricsOfAConsumer, MovesWhileTheLogHoldsNothingNew) {
    clock.advance(milliseconds(500));
    EXPECT_EQ(standstill(), milliseconds(500));
    drain();
    EXPECT_EQ(standstill(), milliseconds(0));
}

TEST_F(MetricsOfAConsumer, MovesWhileAnotherInstanceIsFaster) {
    clock.advance(milliseconds(500));
    metrics.on_event(consumer_event::Overtaken{});
    EXPECT_EQ(standstill(), milliseconds(0));
    EXPECT_EQ(value("overtaken_total"), 1);
    EXPECT_EQ(value("state", {R"(state="standing_by")"}), 1);
}

TEST_F(MetricsOfAConsumer, StandsStillWhileItFails) {
    clock.advance(milliseconds(500));
    metrics.on_event(consumer_event::Retrying{Error(Retry::call, "no connection"), milliseconds(50)});
    EXPECT_EQ(standstill(), milliseconds(500));
    EXPECT_EQ(metrics.watchdog().standstill()->why, "no connection");
    EXPECT_EQ(value("retries_total"), 1);
}

}  // namespace
}  // namespace contrail::metrics
