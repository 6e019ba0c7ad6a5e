#include <gmock/gmock.h>

#include "dashboard/status_look.hpp"

namespace contrail::dashboard {

void PrintTo(const Happening& happening, std::ostream* out) {
    *out << happening.text;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Happening::Kind;

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
        ElementsAre(Happening{Kind::bad, "The log lost its tail: its head was 2000-9, and is 1000-7."}));
}

TEST(Changes, NameTheServerThatDoesNotAnswer) {
    Status away = well();
    away.log.error = "Cannot connect to Redis.";
    away.outbox.error = "Cannot connect to the database.";
    EXPECT_THAT(
        changes(well(), away),
        ElementsAre(Happening{Kind::bad, "Redis does not answer: Cannot connect to Redis."},
                    Happening{Kind::bad, "Postgres does not answer: Cannot connect to the database."}));
    EXPECT_THAT(changes(away, away), IsEmpty());
    EXPECT_THAT(changes(away, well()), ElementsAre(Happening{Kind::good, "Redis answers again."},
                                                   Happening{Kind::good, "Postgres answers again."}));
}

TEST(Changes, SayWhatAProgramIsAtWhenItWorksNoMore) {
    const struct {
        ProgramState state;
        Happening told;
    } cases[] = {
        {ProgramState::stopped, {Kind::bad, "mailer is stopped."}},
        {ProgramState::retrying, {Kind::bad, "mailer is retrying: no route"}},
        {ProgramState::halted, {Kind::bad, "mailer is halted: no route"}},
        {ProgramState::cut_off, {Kind::bad, "mailer is cut off: no route"}},
        {ProgramState::standing_by, {Kind::note, "mailer is standing by."}},
    };
    for (const auto& each : cases) {
        Status ill = well();
        ill.consumers[0].state = each.state;
        ill.consumers[0].last_error = {"no route", 1};
        EXPECT_THAT(changes(well(), ill), ElementsAre(each.told));
        EXPECT_THAT(changes(ill, well()), ElementsAre(Happening{Kind::good, "mailer works again."}));
    }
}

TEST(Settled, IsWhoRetriesOnlyAtTheSecondLookInTurn) {
    Status retrying = well();
    retrying.streamer.state = retrying.consumers[0].state = ProgramState::retrying;
    const Status first = settled(well(), well(), retrying);
    EXPECT_THAT(changes(well(), first), IsEmpty());
    EXPECT_THAT(changes(first, settled(retrying, first, well())), IsEmpty());
    EXPECT_THAT(changes(first, settled(retrying, first, retrying)),
                ElementsAre(Happening{Kind::bad, "streamer is retrying."},
                            Happening{Kind::bad, "mailer is retrying."}));
}

TEST(Changes, SayNothingOfWhatIsNotKnown) {
    Status unknown = well();
    unknown.streamer.state = ProgramState::unknown;
    unknown.consumers[0].state = ProgramState::unknown;
    EXPECT_THAT(changes(well(), unknown), IsEmpty());
    EXPECT_THAT(changes(unknown, well()), IsEmpty());
}

TEST(Changes, WelcomeANewConsumer) {
    Status more = well();
    more.consumers.push_back({.name = "search", .state = ProgramState::idle});
    EXPECT_THAT(changes(well(), more), ElementsAre(Happening{Kind::note, "search is new here."}));
}

}  // namespace
}  // namespace contrail::dashboard
