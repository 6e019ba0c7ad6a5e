#include "operations/consumers/reset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "contrail/consumer.hpp"
#include "operations/consumers/running.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::operations {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

namespace {

/// Others work while one waits.
class SharedClock : public testing::VirtualClock {
public:
    void wait(Pause pause, const std::stop_token& stop) override {
        VirtualClock::wait(pause, stop);
        meanwhile();
    }
    std::function<void()> meanwhile = [] {};
};

RecordId id(std::uint64_t offset) {
    return {offset * 1'000, Offset{offset}};
}

}  // namespace

/// A log of ten records, sealed at seconds 1 to 10, and a consumer that has applied four.
class ConsumerReset : public ::testing::Test {
protected:
    ConsumerReset() {
        for (std::uint64_t offset = 1; offset <= 10; ++offset)
            server.append_foreign({id(offset), "create", "ride", "{}"});
        set_checkpoint(id(4));
        log.report_position(name, id(4));
        log.head();
    }

    void set_checkpoint(RecordId to) {
        const auto transaction = checkpoints.begin(name);
        EXPECT_TRUE(transaction->advance(to));
        transaction->commit();
    }

    std::optional<RecordId> checkpoint() { return checkpoints.begin(name)->checkpoint(); }

    Reset plan(const std::string& place) {
        return plan_reset(name, place, checkpoints, segments, log, clock);
    }

    void reset(const std::string& place) {
        execute(plan(place), checkpoints, segments, log, clock, report_wait_max);
    }

    std::string refusal(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }

    const ConsumerName name{"distance"};
    testing::MemoryDatabase database;
    testing::MemoryCheckpoints checkpoints{database, StreamName("rides")};
    testing::MemoryConsumerSegments segments{database, StreamName("rides")};
    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    SharedClock clock;
};

/// The same consumer in four segments. Segment 1 has applied eight records.
class SegmentedConsumerReset : public ConsumerReset {
protected:
    SegmentedConsumerReset() {
        segments.split(name, 1);
        segments.split(name, 2);
        advance({1, 4}, id(8));
    }

    void advance(Segment segment, RecordId to) {
        const auto transaction = checkpoints.begin({name, segment});
        EXPECT_TRUE(transaction->advance(to));
        transaction->commit();
    }

    [[nodiscard]] std::vector<RecordId> places() {
        std::vector<RecordId> all;
        for (const SegmentPlace& place : segments.places(name)) all.push_back(place.checkpoint);
        return all;
    }
};

TEST_F(ConsumerReset, FindsThePlaceThatIsMeant) {
    server.trim(id(3));
    const std::pair<const char*, RecordId> cases[] = {
        {"earliest", {3'000, Offset{2}}},
        {"latest", id(10)},
        {"3000-3", id(3)},
        {"10000-10", id(10)},
        {"1970-01-01T00:00:07Z", id(6)},  // sealed at that very moment: not applied
        {"1970-01-01T00:00:06.001Z", id(6)},
        {"1970-01-01T00:00:11Z", id(10)},
    };
    for (const auto& [place, expected] : cases)
        EXPECT_EQ(position_at(name, place, log, clock), expected) << place;
}

TEST_F(ConsumerReset, StartsALogThatIsWholeFromItsBeginning) {
    EXPECT_EQ(position_at(name, "earliest", log, clock), RecordId{});
    EXPECT_EQ(position_at(name, "0-0", log, clock), RecordId{});
    testing::MemoryLogServer empty;
    testing::MemoryLog nothing(empty);
    EXPECT_EQ(position_at(name, "earliest", nothing, clock), RecordId{});
    EXPECT_EQ(position_at(name, "latest", nothing, clock), RecordId{});
}

// FLUSHALL, and the streamer is away.
TEST_F(ConsumerReset, DoesNotBelieveAnEmptiedLog) {
    server.lose_everything();
    for (const char* place : {"latest", "earliest", "1970-01-01T00:00:07Z", "10000-10"})
        EXPECT_THAT(refusal([&] { position_at(name, place, log, clock); }),
                    AllOf(HasSubstr("no streamer has found its place"), HasSubstr("Nothing was changed")))
            << place;
}

// An old file of Redis that was loaded without a restart: the log and its notes agree, and are old.
TEST_F(ConsumerReset, DoesNotBelieveTheEndOfALogThatLacksWhatTheConsumerHasApplied) {
    testing::MemoryLogServer older;
    for (std::uint64_t offset = 1; offset <= 3; ++offset)
        older.append_foreign({id(offset), "create", "ride", "{}"});
    testing::MemoryLog old_log(older);
    const auto to = [&](const char* place) {
        return plan_reset(name, place, checkpoints, segments, old_log, clock).to;
    };
    for (const char* place : {"latest", "1970-01-01T00:00:07Z"})
        EXPECT_THAT(
            refusal([&] { to(place); }),
            AllOf(HasSubstr("the log ends with 3000-3, and the consumer has applied records up to 4000-4."),
                  HasSubstr("Nothing was changed")))
            << place;
    EXPECT_EQ(to("2000-2"), id(2)) << "the operator names the record";
}

TEST_F(ConsumerReset, RefusesAPlaceThatTheLogDoesNotHold) {
    server.trim(id(3));
    for (const char* place : {"1000-1", "11000-11", "3000-4", "3001-3", "1970-01-01T00:00:01Z"})
        EXPECT_THAT(refusal([&] { position_at(name, place, log, clock); }), HasSubstr("Choose another place"))
            << place;
    for (const char* place : {"", "yesterday", "5", "5-"})
        EXPECT_THAT(refusal([&] { position_at(name, place, log, clock); }),
                    HasSubstr("is not a place in the log"))
            << place;
}

TEST_F(ConsumerReset, SaysWhatItWouldMeanAndChangesNothing) {
    EXPECT_THAT(describe(plan("earliest")),
                HasSubstr("The consumer applies 4 records again, offsets 1 to 4"));
    EXPECT_THAT(describe(plan("latest")), HasSubstr("The consumer skips 6 records, offsets 5 to 10"));
    EXPECT_THAT(describe(plan("4000-4")), HasSubstr("The consumer is there already."));
    EXPECT_EQ(checkpoint(), id(4));
    EXPECT_EQ(server.positions.at(name), id(4));
}

TEST_F(ConsumerReset, MovesCheckpointAndPosition) {
    for (const char* place : {"latest", "2000-2", "10000-10", "earliest"}) {
        const RecordId to = position_at(name, place, log, clock);
        reset(place);
        EXPECT_EQ(checkpoint(), to) << place;
        EXPECT_EQ(server.positions.at(name), to) << place;
    }
}

TEST_F(ConsumerReset, GivesANewConsumerAPlaceToStartFrom) {
    const ConsumerName fresh("fresh");
    execute(plan_reset(fresh, "latest", checkpoints, segments, log, clock), checkpoints, segments, log, clock,
            report_wait_max);
    EXPECT_EQ(checkpoints.begin(fresh)->checkpoint(), id(10));
}

TEST_F(ConsumerReset, RefusesADatabaseInWhichTheConsumerKeepsNoCheckpoint) {
    testing::MemoryDatabase elsewhere;
    testing::MemoryCheckpoints none(elsewhere, StreamName("rides"));
    testing::MemoryConsumerSegments no_segments(elsewhere, StreamName("rides"));
    EXPECT_THAT(refusal([&] { plan_reset(name, "latest", none, no_segments, log, clock); }),
                HasSubstr("it has reported position 4000-4, and this database holds no checkpoint of it"));
}

TEST_F(ConsumerReset, LeavesAConsumerAloneThatRuns) {
    clock.meanwhile = [&] { log.report_position(name, id(4)); };
    EXPECT_THAT(refusal([&] { reset("latest"); }), HasSubstr("consumer 'distance': it runs"));
    EXPECT_EQ(checkpoint(), id(4));
    EXPECT_EQ(server.positions.at(name), id(4));
}

TEST_F(ConsumerReset, LeavesAConsumerAloneThatHasMovedMeanwhile) {
    const Reset planned = plan("latest");
    set_checkpoint(id(5));
    EXPECT_THAT(refusal([&] { execute(planned, checkpoints, segments, log, clock, report_wait_max); }),
                HasSubstr("it has moved its checkpoint meanwhile"));
    EXPECT_EQ(checkpoint(), id(5));
}

// What it still needs must not be dropped because an operator tried to move it.
TEST_F(ConsumerReset, LeavesThePositionWhereItCouldNotMoveTheCheckpoint) {
    const Reset planned = plan("latest");
    set_checkpoint(id(5));
    EXPECT_THAT(refusal([&] { execute(planned, checkpoints, segments, log, clock, report_wait_max); }),
                Not(HasSubstr("none")));
    EXPECT_EQ(server.positions.at(name), id(4));
}

TEST_F(ConsumerReset, LeavesTheCheckpointWhereTheLogWasTrimmedMeanwhile) {
    const Reset planned = plan("2000-2");
    server.trim(id(4));
    EXPECT_THAT(refusal([&] { execute(planned, checkpoints, segments, log, clock, report_wait_max); }),
                HasSubstr("consumer to 2000-2: the log was trimmed meanwhile"));
    EXPECT_EQ(checkpoint(), id(4));
}

TEST_F(SegmentedConsumerReset, MovesEachSegmentAndThePosition) {
    for (const char* place : {"latest", "2000-2", "10000-10", "earliest"}) {
        const RecordId to = position_at(name, place, log, clock);
        reset(place);
        EXPECT_THAT(places(), ElementsAre(to, to, to, to)) << place;
        EXPECT_EQ(server.positions.at(name), to) << place;
    }
}

TEST_F(SegmentedConsumerReset, SaysWhatItWouldMeanAndChangesNothing) {
    EXPECT_EQ(
        describe(plan("6000-6")),
        "Checkpoints of the 4 segments of consumer 'distance': from between 4000-4 and 8000-8 to 6000-6.\n"
        "Segments that are further apply records again, of offsets 7 to 8. First undo effects that are not "
        "idempotent.\n"
        "Segments that are behind skip records, of offsets 5 to 6. They never apply them.\n");
    EXPECT_THAT(describe(plan("earliest")), Not(HasSubstr("skip")));
    EXPECT_THAT(describe(plan("latest")), Not(HasSubstr("again")));
    EXPECT_THAT(places(), ElementsAre(id(4), id(8), id(4), id(4)));
}

TEST_F(SegmentedConsumerReset, ForgetsWhatAMergeHasLeftAhead) {
    segments.merge(name, 4);
    EXPECT_THAT(describe(plan("4000-4")), HasSubstr("again, of offsets 5 to 8"));
    reset("4000-4");
    EXPECT_THAT(segments.places(name), ElementsAre(SegmentPlace{{0, 2}, id(4)}, SegmentPlace{{1, 2}, id(4)}));
}

TEST_F(SegmentedConsumerReset, LeavesAConsumerAloneThatHasMovedOrWasSplitMeanwhile) {
    const Reset planned = plan("latest");
    advance({3, 4}, id(5));
    const auto refused = [&] { execute(planned, checkpoints, segments, log, clock, report_wait_max); };
    EXPECT_THAT(refusal(refused), HasSubstr("it has moved its checkpoint meanwhile"));
    EXPECT_THAT(places(), ElementsAre(id(4), id(8), id(4), id(5)));
    segments.split(name, 4);
    EXPECT_THROW(refused(), SegmentsChanged);
    EXPECT_EQ(server.positions.at(name), id(4));
}

TEST_F(SegmentedConsumerReset, LeavesTheSegmentsWhereTheLogWasTrimmedMeanwhile) {
    const Reset planned = plan("2000-2");
    server.trim(id(4));
    EXPECT_THAT(refusal([&] { execute(planned, checkpoints, segments, log, clock, report_wait_max); }),
                HasSubstr("consumer to 2000-2: the log was trimmed meanwhile"));
    EXPECT_THAT(places(), ElementsAre(id(4), id(8), id(4), id(4)));
}

// The place that it is given is one from which a consumer can go on.
TEST_F(ConsumerReset, IsFollowedByTheConsumer) {
    server.trim(id(6));
    reset("earliest");
    std::vector<RecordId> applied;
    Consumer consumer(
        name, log, checkpoints,
        [&](Transaction&, std::span<const Record> records) {
            for (const Record& record : records) applied.push_back(record.id);
        },
        {}, clock);
    EXPECT_EQ(consumer.run_once(), 5);
    EXPECT_THAT(applied, ::testing::ElementsAre(id(6), id(7), id(8), id(9), id(10)));
}

TEST_F(ConsumerReset, TellsARunningConsumerFromOneThatIsNot) {
    EXPECT_FALSE(runs(name, log, clock, report_wait_max));
    clock.meanwhile = [&] { log.report_position(name, id(4)); };
    EXPECT_TRUE(runs(name, log, clock, report_wait_max));
}

}  // namespace contrail::operations
