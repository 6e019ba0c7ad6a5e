// What the status shows of processes that work, and of processes that were killed.

#include <gtest/gtest.h>

#include <algorithm>

#include "integration/disasters/ride_world.hpp"
#include "operations/status/status_poller.hpp"

namespace contrail::test {

namespace {

ProgramState consumer_state(const operations::Status& status) {
    const auto found = std::ranges::find(status.consumers, "consumer0", &operations::ConsumerStatus::name);
    return found == status.consumers.end() ? ProgramState::unknown : found->state;
}

}  // namespace

TEST(TheStatus, ShowsWhoWorksAndWhoWasKilled) {
    RideWorld world;
    operations::StatusPoller poller(world.settings);
    auto streamer = world.start_streamer();
    auto consumer = world.start_consumer("consumer0");
    world.begin_rides(200);
    world.finish_rides();
    world.expect_level("consumer0");
    operations::Status status;
    world.wait_until("both are seen to idle", [&] {
        status = poller.poll();
        return status.streamer.state == ProgramState::idle && consumer_state(status) == ProgramState::idle;
    });
    EXPECT_EQ(status.log.head->offset.value, world.logged());
    EXPECT_EQ(status.outbox.staged_offset->value, world.staged());
    EXPECT_EQ(status.outbox.waiting_records, 0);

    streamer.signal(SIGKILL);
    streamer.wait();
    world.wait_until("the streamer is missed",
                     [&] { return poller.poll().streamer.state == ProgramState::stopped; });
    EXPECT_EQ(consumer_state(poller.poll()), ProgramState::idle);

    consumer.signal(SIGTERM);
    consumer.wait();
    EXPECT_EQ(consumer_state(poller.poll()), ProgramState::stopped) << "it has said so itself";
}

}  // namespace contrail::test
