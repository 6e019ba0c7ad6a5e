// A consumer that begins with a state made by other means, because the log's beginning is gone.
#include <gmock/gmock.h>

#include "testing/faults.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using testing::Crash;
using testing::Fault;
using ::testing::HasSubstr;

/// The log has dropped its first three records of seven, each of a ride of 10. The service's tables show them
/// all.
class ReconciledStart : public ConsumerTest {
protected:
    ReconciledStart() {
        for (std::uint64_t offset = 1; offset <= 7; ++offset) log_holds(offset, 10);
        server.trim(id(4));
    }

    static ReconciledState state_at(std::uint64_t offset) {
        return {.last_id = id(offset), .write = [offset](Transaction& transaction) {
                    testing::memory_transaction(transaction)
                        .set_value("total", 10.0 * static_cast<double>(offset));
                }};
    }

    Consumer consumer_from(std::function<ReconciledState()> reconcile) {
        return consumer({.start = start::Reconciled{}, .reconcile = std::move(reconcile)});
    }
};

TEST_F(ReconciledStart, BeginsWithTheStateAndGoesOnAfterItsLastRecord) {
    auto totals = consumer_from([] { return state_at(5); });
    EXPECT_EQ(totals.run_once(), 2U);
    EXPECT_EQ(total(), 70);
    EXPECT_EQ(checkpoint(), id(7));
}

TEST_F(ReconciledStart, MayBeAheadOfTheLog) {
    auto totals = consumer_from([] { return state_at(8); });
    EXPECT_EQ(totals.run_once(), 0U);
    log_holds(8, 10);
    log_holds(9, 10);
    EXPECT_EQ(totals.run_once(), 1U);
    EXPECT_EQ(total(), 90);
}

TEST_F(ReconciledStart, IsDecidedOnce) {
    consumer_from([] { return state_at(5); }).run_once();
    auto restarted =
        consumer_from([]() -> ReconciledState { throw std::logic_error("it has a checkpoint"); });
    EXPECT_EQ(restarted.run_once(), 0U);
    EXPECT_EQ(total(), 70);
}

TEST_F(ReconciledStart, HasTheLogKeepWhatFollowsWhileTheStateIsMade) {
    auto totals = consumer_from([&] {
        EXPECT_EQ(server.positions.at(name), id(7));
        return state_at(7);
    });
    totals.run_once();
    EXPECT_EQ(total(), 70);
}

TEST_F(ReconciledStart, IsTriedAgainIfTheLogWasTrimmedBeyondTheStateMeanwhile) {
    auto totals = consumer_from([&, tries = 0]() mutable {
        if (tries++ > 0) return state_at(7);
        server.trim(id(7));
        return state_at(5);
    });
    try {
        totals.run_once();
        FAIL() << "offset 6 is missing";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call);
        EXPECT_THAT(error.what(), HasSubstr("the log was trimmed to 1700000000000-7"));
    }
    EXPECT_EQ(checkpoint(), std::nullopt);
    totals.run_once();
    EXPECT_EQ(total(), 70);
}

TEST_F(ReconciledStart, WritesStateAndCheckpointOrNeitherWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        bool happened = true;
        for (std::size_t call = 0; happened; ++call) {
            database = {};
            testing::OneFault plan(call, fault);
            testing::FaultyLog faulty_log(log, plan);
            testing::FaultyCheckpoints faulty_checkpoints(checkpoints, plan);
            const auto run = [&] {
                Consumer totals(name, faulty_log, faulty_checkpoints, add_up,
                                {.start = start::Reconciled{}, .reconcile = [] { return state_at(5); }},
                                clock, events.listener());
                while (checkpoint() != id(7)) totals.run_once();
            };
            try {
                run();
            } catch (const Crash&) {
            } catch (const Error&) {
            }
            EXPECT_EQ(total(), 10.0 * static_cast<double>(checkpoint().value_or(RecordId{}).offset.value));
            run();
            EXPECT_EQ(total(), 70) << "call " << call;
            happened = plan.happened();
        }
    }
}

TEST_F(ReconciledStart, LeavesTheNameToAnInstanceThatWasFaster) {
    auto slow = consumer_from([&] {
        consumer_from([] { return state_at(4); }).run_once();
        return state_at(7);
    });
    EXPECT_EQ(slow.run_once(), 0U);
    EXPECT_EQ(events.count<consumer_event::Overtaken>(), 1U);
    EXPECT_EQ(total(), 70) << "what the faster one began with, and applied";
    EXPECT_EQ(checkpoint(), id(7));
}

TEST_F(ReconciledStart, IsRefusedToAConsumerThatDoesNotKnowHow) {
    try {
        consumer({.start = start::Reconciled{}}).run_once();
        FAIL() << "it has no state to begin with";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("Cannot start consumer 'distance' from reconciled"));
    }
}

}  // namespace contrail
