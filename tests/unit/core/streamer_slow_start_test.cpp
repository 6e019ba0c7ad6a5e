// Two streamers of a log that fences, where a start takes longer than the wait for a takeover.

#include <gmock/gmock.h>

#include <span>
#include <utility>

#include "unit/core/streamer_fixture.hpp"

namespace contrail {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

namespace {

/// Which writer took the log over last.
struct Fence {
    const LogWriter* holder = nullptr;
};

/// A log that fences, as one in Kafka does: a streamer that starts takes it over, and what others have begun to append
/// is not written. One append is in flight at a time.
class FencedLog : public testing::MemoryLog {
public:
    FencedLog(testing::MemoryLogServer& server, Fence& fence) : MemoryLog(server), fence_(fence) {}

    [[nodiscard]] bool is_fenced() const { return fence_.holder != this; }

    std::string incarnation() override {
        fence_.holder = this;
        return MemoryLog::incarnation();
    }

    void append_begin(RecordId expected, std::span<const Record> records) override {
        expected_ = expected;
        begun_.assign(records.begin(), records.end());
    }

    RecordId append_end() override {
        if (is_fenced()) return head();
        MemoryLog::append_begin(expected_, begun_);
        return MemoryLog::append_end();
    }

private:
    Fence& fence_;
    RecordId expected_;
    std::vector<Record> begun_;
};

/// A streamer that needs long from its start to the end of an append, and learns at once that it was fenced.
class SlowStreamer {
public:
    SlowStreamer(Outbox& outbox, FencedLog& log, Clock& clock, const OnStreamerEvent& on_event = {})
        : streamer_(outbox, log, clock, {}, on_event),
          log_(log),
          clock_(clock) {}

    /// Does its next step, unless it is still busy with the one before.
    void step() {
        if (clock_.now() < busy_until_ && !log_.is_fenced()) return;
        busy_until_ = clock_.now();
        if (streamer_.run_once() > 0) busy_until_ += start_takes;
    }

    static constexpr Clock::Duration start_takes = 60s;

private:
    Streamer streamer_;
    FencedLog& log_;
    Clock& clock_;
    Clock::Duration busy_until_{0};
};

class SlowStartTest : public StreamerTest {
protected:
    void pass(Clock::Duration time, const std::vector<SlowStreamer*>& awake) {
        for (const auto end = clock.now() + time; clock.now() < end; clock.advance(500ms))
            for (SlowStreamer* streamer : awake) streamer->step();
    }

    OutboxOfAnotherLeader second_outbox{database};
    Fence fence;
    FencedLog leaders_log{server, fence};
    FencedLog seconds_log{server, fence};
    testing::EventRecorder<StreamerEvent> told;
    SlowStreamer leader{outbox, leaders_log, clock};
    SlowStreamer second{second_outbox, seconds_log, clock, told.listener()};
};

}  // namespace

TEST_F(SlowStartTest, LeavesTheLeaderTheTimeThatItNeeds) {
    stage({"a"});
    pass(5min, {&leader, &second});
    EXPECT_THAT(logged(), ElementsAre("a"));
    EXPECT_GT(told.count<streamer_event::TakingOver>(), 1U);

    // The log has moved: from now on a frozen leader is overtaken as soon as before.
    const auto takeovers = told.count<streamer_event::TakingOver>();
    stage({"b"});
    pass(7s, {&second});
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), takeovers + 1);
    pass(SlowStreamer::start_takes, {&second});
    EXPECT_THAT(logged(), ElementsAre("a", "b"));
}

}  // namespace contrail
