#include <gtest/gtest.h>

#include "operations/doctor/checks.hpp"
#include "unit/operations/verdicts.hpp"

namespace contrail::operations::doctor {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

constexpr RecordId id(std::uint64_t offset, std::uint64_t sealed_ms = 1'000) {
    return {sealed_ms, Offset{offset}};
}

/// The outbox has sealed 100 records and released the first 40.
LogPlace place(RecordId head, std::optional<std::uint64_t> head_sealed_ms = 1'000) {
    return {.head = head, .sealed = id(100), .released = Offset{40}, .head_sealed_ms = head_sealed_ms};
}

}  // namespace

// The head table of docs/architecture.md.
TEST(LogPlace, IsTheOutboxesOrIsTold) {
    struct Case {
        const char* meaning;
        LogPlace place;
        Verdict expected;
    };
    const Case cases[] = {
        {"nothing was ever sealed", LogPlace{}, fine},
        {"all was sent", place(id(100)), fine},
        {"some is to be sent", place(id(60)), fine},
        {"all that is held is to be sent", place(id(40), std::nullopt), fine},
        {"records are gone that the outbox has released", place(id(39), std::nullopt), warns},
        {"all is gone", place(RecordId{}, std::nullopt), warns},
        {"the log is ahead", place(id(101), 1'000), fails},
        {"another id at the same offset", place(id(60, 999)), fails},
    };
    for (const Case& each : cases)
        EXPECT_EQ(verdict_of(judge(each.place), "log.place"), each.expected) << each.meaning;
}

TEST(LogOutbox, IsThisOneOrIsTold) {
    const OutboxIdentity own{"1", "database rides"};
    const OutboxIdentity staging{"2", "database staging"};
    EXPECT_EQ(verdict_of(judge(LogOutbox{own, "1", id(3)}), "log.outbox"), fine);
    EXPECT_EQ(verdict_of(judge(LogOutbox{std::nullopt, "1", {}}), "log.outbox"), fine) << "new, or emptied";
    EXPECT_EQ(verdict_of(judge(LogOutbox{std::nullopt, "1", id(3)}), "log.outbox"), fails);
    EXPECT_EQ(verdict_of(judge(LogOutbox{staging, "1", id(3)}), "log.outbox"), fails);
    EXPECT_EQ(verdict_of(judge(LogOutbox{staging, "", {}}), "log.outbox"), fails);
}

TEST(LogFloor, IsKeptOrTheLimitsAreTold) {
    retention_event::Planned retention{.needed_from = Offset{7}, .floor_from = Offset{3}};
    EXPECT_EQ(verdict_of(judge(retention), "log.floor"), fine);
    retention.floor_overruled = true;
    EXPECT_EQ(verdict_of(judge(retention), "log.floor"), warns);
}

TEST(LogPlace, IsNotBehindAConsumer) {
    LogPlace one = place(id(100));
    one.applied = Offset{100};
    EXPECT_EQ(verdict_of(judge(one), "log.place"), fine);
    one.applied = Offset{101};
    EXPECT_EQ(verdict_of(judge(one), "log.place"), fails);
}

TEST(LogPlace, CountsWhatWaits) {
    EXPECT_EQ(place(id(100)).waiting(), 0);
    EXPECT_EQ(place(id(90)).waiting(), 10);
    EXPECT_EQ(place(RecordId{}).waiting(), 60) << "what was released is not sent again";
    LogPlace staged = place(id(90));
    staged.unsealed = 5;
    EXPECT_EQ(staged.waiting(), 15);
}

TEST(StreamerProgress, IsJudgedByWhatMoves) {
    const StreamerProgress::Lead lead{.pid = 42, .user = "app"};
    struct Case {
        const char* meaning;
        StreamerProgress progress;
        Verdict expected;
    };
    const Case cases[] = {
        {"leads, and all is sent", {lead, place(id(100)), place(id(100))}, fine},
        {"leads, and sends", {lead, place(id(60)), place(id(70))}, fine},
        {"leads, and stands still", {lead, place(id(60)), place(id(60)), 3s}, fails},
        {"holds no lock, but sends", {std::nullopt, place(id(60)), place(id(70))}, fine},
        {"no streamer leads, and nothing waits", {std::nullopt, place(id(100)), place(id(100))}, warns},
        {"no streamer leads, and records wait", {std::nullopt, place(id(60)), place(id(60)), 3s}, fails},
    };
    for (const Case& each : cases)
        EXPECT_EQ(verdict_of(judge(each.progress), "streamer.progress"), each.expected) << each.meaning;
}

TEST(StreamerProgress, NamesWhoLeadsAndWhatWaits) {
    LogPlace still = place(id(60));
    still.oldest_waiting_ms = 300'000;
    const StreamerProgress progress{StreamerProgress::Lead{.pid = 42, .user = "app", .client = "10.0.0.7"},
                                    still, still, 3s};
    const Finding one = finding(judge(progress), "streamer.progress");
    EXPECT_EQ(
        one.found,
        "pid 42 leads (user app, from 10.0.0.7); 40 records wait, the oldest sealed 5 min ago, and nothing "
        "moved for 3 s");
    EXPECT_THAT(one.fix,
                ElementsAre("journalctl -u contrail-streamer -n 20", "SELECT pg_terminate_backend(42);"));
}

TEST(Consumers, ThatStandStillOrWereCutOffAreNamed) {
    ConsumerProgress level{.name = ConsumerName("level"), .position = id(100), .moved_ago = 2h};
    ConsumerProgress moving{
        .name = ConsumerName("moving"), .position = id(10), .lag_records = 90, .moved_ago = 59s};
    ConsumerProgress stalled{
        .name = ConsumerName("stalled"), .position = id(10), .lag_records = 90, .moved_ago = 61s};
    ConsumerProgress unknown{.name = ConsumerName("unknown"), .position = id(10), .lag_records = 90};
    ConsumerProgress cut = stalled;
    cut.cut_off = CutOff{Offset{11}, Offset{40}, 0};
    struct Case {
        ConsumerProgress consumer;
        Verdict expected;
    };
    for (const Case& each :
         {Case{level, fine}, {moving, fine}, {stalled, warns}, {unknown, fine}, {cut, fails}})
        EXPECT_EQ(verdict_of(judge({each.consumer}), "consumer.progress"), each.expected)
            << each.consumer.name.str();
    EXPECT_THAT(finding(judge({cut}), "consumer.progress").found, HasSubstr("missed offsets 11 to 40"));
    EXPECT_EQ(finding(judge({cut}), "consumer.progress").subject, "stalled");
}

TEST(Consumers, AreMissedWhereThereAreNone) {
    EXPECT_EQ(verdict_of(judge(std::vector<ConsumerProgress>{}), "consumer.registered"), warns);
}

TEST(Clocks, MayDifferByASecondBesidesWhatCannotBeMeasured) {
    struct Case {
        std::chrono::milliseconds ahead, uncertain;
        Verdict expected;
    };
    for (const Case& each : {Case{0ms, 0ms, fine},
                             {1'000ms, 0ms, fine},
                             {1'001ms, 0ms, warns},
                             {-1'001ms, 0ms, warns},
                             {3'000ms, 2'000ms, fine},
                             {3'001ms, 2'000ms, warns}})
        EXPECT_EQ(verdict_of(judge("clock.redis", {each.ahead, each.uncertain}), "clock.redis"),
                  each.expected)
            << each.ahead.count();
}

}  // namespace contrail::operations::doctor
