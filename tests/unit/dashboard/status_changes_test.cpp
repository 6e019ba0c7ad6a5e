#include <gmock/gmock.h>

#include "dashboard/status_poll.hpp"

namespace contrail::dashboard {

void PrintTo(const Event& event, std::ostream* out) {
    *out << event.text;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Event::Kind;

/// A log at offset 7, with one consumer, and all well.
Status well() {
    Status status;
    status.log.head = RecordId{1'000, {7}};
    status.streamer.state = ProgramState::idle;
    status.consumers = {{.name = "mailer", .state = ProgramState::idle}};
    return status;
}

TEST(Changes, AreNoneWhileAllWorks) {
    Status later = well();
    later.log.head = RecordId{2'000, {9}};
    later.streamer.state = ProgramState::streaming;
    later.consumers[0].state = ProgramState::consuming;
    EXPECT_THAT(changes(well(), later), IsEmpty());
    EXPECT_THAT(
        changes(later, well()),
        ElementsAre(Event{Kind::bad, "The log lost its tail: its head went back from 2000-9 to 1000-7."}));
}

TEST(Changes, NameTheServerThatDoesNotAnswer) {
    Status away = well();
    away.log.error = "Cannot connect to Redis.";
    away.outbox.error = "Cannot connect to the database.";
    EXPECT_THAT(changes(well(), away),
                ElementsAre(Event{Kind::bad, "Redis cannot be checked: Cannot connect to Redis."},
                            Event{Kind::bad, "Postgres cannot be checked: Cannot connect to the database."}));
    EXPECT_THAT(changes(away, away), IsEmpty());
    EXPECT_THAT(changes(away, well()), ElementsAre(Event{Kind::good, "Redis can be checked again."},
                                                   Event{Kind::good, "Postgres can be checked again."}));
}

TEST(Changes, NameTheStateOfAProgramThatStopsWorking) {
    const struct {
        ProgramState state;
        Event event;
    } cases[] = {
        {ProgramState::stopped, {Kind::bad, "mailer is stopped."}},
        {ProgramState::retrying, {Kind::bad, "mailer is retrying: no route"}},
        {ProgramState::halted, {Kind::bad, "mailer is halted: no route"}},
        {ProgramState::cut_off, {Kind::bad, "mailer is cut off: no route"}},
        {ProgramState::standing_by, {Kind::note, "mailer is standing by."}},
    };
    for (const auto& each : cases) {
        Status broken = well();
        broken.consumers[0].state = each.state;
        broken.consumers[0].last_error = {"no route", 1};
        EXPECT_THAT(changes(well(), broken), ElementsAre(each.event));
        EXPECT_THAT(changes(broken, well()), ElementsAre(Event{Kind::good, "mailer works again."}));
    }
}

TEST(Rests, WhileNothingMovesAndAllAreIdle) {
    EXPECT_TRUE(rests(well(), well()));
    Status staged = well();
    staged.outbox.staged_offset = Offset{8};
    EXPECT_FALSE(rests(well(), staged));
    EXPECT_TRUE(rests(staged, staged));
    Status sent = well();
    sent.log.head = RecordId{2'000, {8}};
    EXPECT_FALSE(rests(well(), sent));
    Status busy = well();
    busy.consumers[0].state = ProgramState::consuming;
    EXPECT_FALSE(rests(busy, busy));
    Status away = well();
    away.log.error = "Cannot connect to Redis.";
    EXPECT_FALSE(rests(away, away));
}

TEST(Settled, ShowsARetryOnlyAtTheSecondPollInARow) {
    Status retrying = well();
    retrying.streamer.state = retrying.consumers[0].state = ProgramState::retrying;
    const Status first = settled(well(), well(), retrying);
    EXPECT_THAT(changes(well(), first), IsEmpty());
    EXPECT_THAT(changes(first, settled(retrying, first, well())), IsEmpty());
    EXPECT_THAT(
        changes(first, settled(retrying, first, retrying)),
        ElementsAre(Event{Kind::bad, "streamer is retrying."}, Event{Kind::bad, "mailer is retrying."}));
}

TEST(Changes, LeaveOutUnknownStates) {
    Status unknown = well();
    unknown.streamer.state = ProgramState::unknown;
    unknown.consumers[0].state = ProgramState::unknown;
    EXPECT_THAT(changes(well(), unknown), IsEmpty());
    EXPECT_THAT(changes(unknown, well()), IsEmpty());
}

TEST(Changes, NameANewConsumer) {
    Status more = well();
    more.consumers.push_back({.name = "search", .state = ProgramState::idle});
    EXPECT_THAT(changes(well(), more), ElementsAre(Event{Kind::note, "search is a new consumer."}));
}

}  // namespace
}  // namespace contrail::dashboard
