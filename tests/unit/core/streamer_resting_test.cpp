#include <gmock/gmock.h>

#include <functional>

#include "unit/core/streamer_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// An outbox that lets its streamer rest, or not, as `on_rest` says, and stops it after so many rests.
class RestfulOutbox : public testing::MemoryOutbox {
public:
    using MemoryOutbox::MemoryOutbox;

    bool lead() override { return leads; }
    Rest rest(Clock::Duration wait_max, const std::stop_token& /*stop*/) override {
        rests.push_back(wait_max);
        if (rests.size() == rests_max) source.request_stop();
        return on_rest();
    }

    bool leads = true;
    std::size_t rests_max = 3;
    std::function<Rest()> on_rest = [] { return Rest::elapsed; };
    std::vector<Clock::Duration> rests;
    std::stop_source source;
};

class StreamerResting : public StreamerTest {
protected:
    struct RecordingClock : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            pauses.push_back(std::chrono::duration<double, std::milli>(pause).count());
            if (pauses.size() == pauses_max) source->request_stop();
            VirtualClock::wait(pause, stop);
        }
        std::vector<double> pauses;  // in milliseconds
        std::size_t pauses_max = 1'000;
        std::stop_source* source = nullptr;
    };

    void run() {
        recording.source = &restful.source;
        Streamer::Options options;
        options.rest_max = Clock::Duration(70);
        Streamer(restful, log, recording, options, events.listener()).run(restful.source.get_token());
    }

    RestfulOutbox restful{database};
    RecordingClock recording;
};

TEST_F(StreamerResting, RestsInsteadOfPausing) {
    run();
    EXPECT_THAT(restful.rests, ElementsAre(Clock::Duration(70), Clock::Duration(70), Clock::Duration(70)));
    EXPECT_THAT(recording.pauses, IsEmpty());
}

TEST_F(StreamerResting, SendsWhatWokeItBeforeItRestsAgain) {
    restful.on_rest = [&] {
        EXPECT_THAT(server.records, SizeIs(restful.rests.size() - 1));
        stage({"a"});
        return Rest::woken;
    };
    run();
    EXPECT_THAT(recording.pauses, IsEmpty());
}

TEST_F(StreamerResting, PollsWhileItMayNotRest) {
    restful.rests_max = 5;
    restful.on_rest = [&] { return restful.rests.size() == 3 ? Rest::elapsed : Rest::refused; };
    run();
    EXPECT_THAT(recording.pauses, ElementsAre(1, 2, 1, 2))
        << "a rest is as good as a record: the next pause is short";
}

TEST_F(StreamerResting, DoesNotRestWhileAnotherLeads) {
    restful.leads = false;
    recording.pauses_max = 3;
    run();
    EXPECT_THAT(restful.rests, IsEmpty());
}

TEST_F(StreamerResting, DoesNotRestWhileTheLogHasNoRoom) {
    struct FullLog : testing::MemoryLog {
        using MemoryLog::MemoryLog;
        LogUsage usage() override {
            LogUsage usage = MemoryLog::usage();
            usage.memory_bytes = usage.memory_bytes_max = 1;
            return usage;
        }
    } full(server);
    recording.source = &restful.source;
    recording.pauses_max = 3;
    Streamer(restful, full, recording, {}, events.listener()).run(restful.source.get_token());
    EXPECT_THAT(restful.rests, IsEmpty());
}

TEST_F(StreamerResting, FindsItsPlaceAgainAfterARestThatFailed) {
    restful.on_rest = [&]() -> Rest {
        if (restful.rests.size() == 1) throw Error(Retry::call, "The session was lost.");
        return Rest::elapsed;
    };
    run();
    EXPECT_EQ(events.count<streamer_event::Located>(), 2U);
}

}  // namespace contrail
