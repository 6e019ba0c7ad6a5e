#include "operations/status/status_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "operations/state_text.hpp"
#include "operations/status/problems.hpp"
#include "operations/status/status_json.hpp"

namespace contrail::operations {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

constexpr std::uint64_t now_ms = 1'764'060'000'000;

RecordId record_id(std::uint64_t offset) {
    return {now_ms, Offset{offset}};
}

Status busy() {
    Status status{.at_ms = now_ms, .stream = "rides"};
    status.log = {.head = record_id(40'011),
                  .first = record_id(28'008),
                  .records = 12'004,
                  .bytes = 1'363'149,
                  .records_per_second = 1'988.4};
    status.outbox = {.staged_offset = Offset{40'014},
                     .waiting_records = 3,
                     .oldest_waiting_seconds = 0.4,
                     .bytes = 81'920,
                     .segments = {{0, 40'960, true}, {1, 8'192, false}, {2, 8'192, false}}};
    status.streamer = {
        .state = ProgramState::streaming,
        .records_per_second = 1'988.4,
        .seen_seconds = 0.3,
        .retention = retention_event::Planned{
            .needed_from = Offset{28'000}, .floor_from = Offset{20'000}, .allowed_from = Offset{0}}};
    status.consumers = {{.name = "mailer",
                         .last = record_id(40'009),
                         .lag_records = 2,
                         .lag_seconds = 0,
                         .records_per_second = 1'990,
                         .latency_p50_ms = 2.4,
                         .latency_p99_ms = 61.6,
                         .state = ProgramState::consuming,
                         .last_error = ReportedError{"Redis\nwas away", now_ms - 90'000},
                         .seen_seconds = 0.1},
                        {.name = "search",
                         .last = record_id(27'999),
                         .lag_records = 12'012,
                         .lag_seconds = 22.4,
                         .records_per_second = 0,
                         .state = ProgramState::halted,
                         .last_error = ReportedError{"The handler refused a record.", now_ms - 22'000},
                         .seen_seconds = 22}};
    return status;
}

}  // namespace

TEST(StatusText, IsATable) {
    EXPECT_EQ(
        to_text(busy(), /*coloured=*/false),
        "log       rides at 1764060000000-40011, 12,004 records in 1.3 MiB, 1,988/s\n"
        "outbox    3 records wait, 400 ms or longer; 80.0 KiB on disk: 40.0 KiB (current),"
        " 8.0 KiB, 8.0 KiB\n"
        "streamer  streaming, 1,988/s\n"
        "retention consumers need 28,000 and later, the floor keeps 20,000 and later, the limits allow all\n"
        "\n"
        "consumer  state        last record                 lag   behind       rate      p50      p99\n"
        "mailer    consuming    1764060000000-40009           2      0 s    1,990/s   2.4 ms    62 ms\n"
        "  90 s ago: Redis was away\n"
        "search    halted       1764060000000-27999      12,012     22 s        0/s        -        -\n"
        "  22 s ago: The handler refused a record.\n"
        "\n"
        "not well: consumer search is halted\n");
}

TEST(StatusText, SaysWhereLimitsDropWhatTheFloorWouldKeep) {
    Status status = busy();
    status.streamer.retention = retention_event::Planned{.needed_from = Offset{28'000},
                                                         .floor_from = Offset{1},
                                                         .allowed_from = Offset{28'000},
                                                         .floor_overruled = true};
    EXPECT_THAT(to_text(status, false), HasSubstr("the floor keeps all, the limits allow 28,000 and later;\n"
                                                  "          they drop what the floor would keep\n"));
    status.streamer.retention->floor_from.reset();
    EXPECT_THAT(to_text(status, false), HasSubstr("and later, no floor, the limits"));
}

TEST(StatusText, SaysWhoReadsAnArchive) {
    Status status = busy();
    status.consumers.front().reads_archive = true;
    EXPECT_THAT(to_text(status, false), HasSubstr("62 ms\n  reads an archive, and then the log\n"));
}

namespace {

/// One instance halted in a segment, another one works, and none works on the last segment.
ConsumerStatus segmented() {
    const auto segment = [](std::uint32_t number, std::uint64_t lag, ProgramState state,
                            const std::string& who, const std::string& error = "") {
        return SegmentStatus{.number = number,
                             .last = record_id(40'011 - lag),
                             .lag_records = lag,
                             .lag_seconds = 0,
                             .state = state,
                             .instance = who,
                             .last_error = error};
    };
    return {.name = "mailer",
            .last = record_id(27'999),
            .lag_records = 12'012,
            .lag_seconds = 0,
            .state = ProgramState::halted,
            .segments = {segment(0, 2, ProgramState::consuming, "web-1/4711/9f86d081"),
                         segment(1, 12'012, ProgramState::halted, "web-1/4711/9f86d081", "no\ndistance"),
                         segment(2, 5, ProgramState::idle, std::string(200, 'n')),
                         segment(3, 9, ProgramState::stopped, "")}};
}

}  // namespace

TEST(StatusText, ShowsTheSegmentsOfAConsumer) {
    Status status = busy();
    status.consumers = {segmented()};
    EXPECT_THAT(
        to_text(status, /*coloured=*/false),
        EndsWith(
            "consumer  state        last record                 lag   behind       rate      p50      p99\n"
            "mailer    halted       1764060000000-27999      12,012      0 s          -        -        -\n"
            "  4 segments; slowest: 1; the furthest is 12,010 records ahead of it\n"
            "  0/4     consuming    1764060000000-40009           2      0 s  web-1/4711/9f86d081\n"
            "  1/4     halted       1764060000000-27999      12,012      0 s  web-1/4711/9f86d081\n"
            "    no distance\n"
            "  2/4     idle         1764060000000-40006           5      0 s  nnnnnnnnnnnnnnnnnnnnnnnnnn…\n"
            "  3/4     stopped      1764060000000-40002           9      0 s  -\n"
            "\n"
            "not well: consumer mailer is halted in segment 1/4; no instance of consumer mailer works on segment\n"
            "3/4\n"));
}

TEST(StatusText, ShowsOfManySegmentsThoseThatMatter) {
    Status status = busy();
    ConsumerStatus consumer = segmented();
    for (std::uint32_t number = 4; number < 64; ++number)
        consumer.segments.push_back(
            {.number = number, .last = record_id(40'011), .lag_records = 0, .state = ProgramState::idle});
    status.consumers = {consumer};
    const std::string text = to_text(status, false);
    EXPECT_THAT(text, HasSubstr("64 segments, 16 of them here; slowest: 1;"));
    for (const char* const shown : {" 0/64", " 1/64", " 2/64", " 3/64", " 15/64"})
        EXPECT_THAT(text, HasSubstr(shown));
    EXPECT_THAT(text, Not(HasSubstr(" 16/64")));
}

TEST(StatusText, SaysWhatIsNotKnownAndWhy) {
    Status status{.at_ms = now_ms, .stream = "rides"};
    status.log.error = "Redis is away.";
    status.outbox.error = "PostgreSQL is away.";
    EXPECT_EQ(to_text(status, false),
              "log       Redis is away.\n"
              "outbox    PostgreSQL is away.\n"
              "streamer  unknown\n"
              "\n"
              "consumer  state        last record                 lag   behind       rate      p50      p99\n"
              "none\n"
              "\n"
              "not well: the log cannot be checked; the outbox cannot be checked\n");
}

TEST(StatusText, FitsIntoAHundredColumnsWhateverTheNumbers) {
    constexpr std::uint64_t most = 999'999'999'999;
    Status status = busy();
    status.stream = std::string(255, 's');
    status.log = {.head = record_id(most),
                  .first = record_id(1),
                  .records = most,
                  .bytes = most,
                  .records_per_second = 1e9};
    status.outbox = {.waiting_records = most,
                     .oldest_waiting_seconds = 1e7,
                     .bytes = most,
                     .segments = {{0, most, true}, {1, most, false}, {2, most, false}}};
    status.consumers[0] = {.name = std::string(128, 'n'),
                           .last = record_id(most),
                           .lag_records = most,
                           .lag_seconds = 1e9,
                           .records_per_second = 1e9,
                           .latency_p50_ms = 1e9,
                           .latency_p99_ms = 1e9,
                           .state = ProgramState::standing_by,
                           .last_error = ReportedError{std::string(2'000, 'e'), 0}};
    status.consumers[1].last_error->message = "A long message of many words. " + std::string(50, 'x') + ' ' +
                                              std::string(50, 'y') + " and a few more";
    std::istringstream lines(to_text(status, false));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(base::columns_of(line), 100) << line;
}

TEST(StatusText, IsColouredOnlyIfAskedTo) {
    EXPECT_THAT(to_text(busy(), false), Not(HasSubstr("\x1b")));
    EXPECT_THAT(to_text(busy(), true), HasSubstr("\x1b[31mhalted\x1b[0m"));
    EXPECT_THAT(to_text(busy(), true), HasSubstr("\x1b[32mconsuming\x1b[0m"));
}

TEST(StatusText, KeepsATerminalFromWhatOthersWrite) {
    Status status = busy();
    status.consumers[1].name = "\x1b[2Jsearch";
    status.consumers[1].last_error->message = "\x1b[2J";
    status.log.error = "\x1b[2J";
    EXPECT_THAT(to_text(status, false), Not(HasSubstr("\x1b")));
}

TEST(StatusText, SaysSinceWhenOneIsSilent) {
    Status status = busy();
    status.streamer = {.state = ProgramState::stopped, .records_per_second = 0, .seen_seconds = 7.5};
    EXPECT_THAT(to_text(status, false),
                HasSubstr("streamer  stopped, 0/s\n          published its status last 7.5 s ago\n"));
}

TEST(Complaints, AreNoneWhereAllIsWell) {
    Status status = busy();
    status.consumers[1].state = ProgramState::idle;
    EXPECT_THAT(problems(status), IsEmpty());
    EXPECT_THAT(to_text(status, false), EndsWith("\nall is well\n"));
}

TEST(Problems, AreProgramsThatNeedAnOperator) {
    for (const ProgramState state : {ProgramState::held_back, ProgramState::retrying, ProgramState::halted,
                                     ProgramState::cut_off, ProgramState::stalled, ProgramState::stopped}) {
        Status status = busy();
        status.consumers.clear();
        status.streamer.state = state;
        EXPECT_THAT(problems(status), ElementsAre("the streamer is " + state_text(state)));
    }
}

TEST(Problems, AreAStreamerThatHasPublishedNoStatus) {
    Status status = busy();
    status.consumers.clear();
    status.streamer = {};
    EXPECT_THAT(problems(status), ElementsAre("no streamer has published its status"));
}

TEST(Problems, AreCommitsThatHang) {
    Status status = busy();
    status.consumers.clear();
    status.outbox.hanging_commits = 2;
    EXPECT_THAT(problems(status), ElementsAre("commits wait for a synchronous standby"));
}

TEST(Problems, AreNotAConsumerThatIsIdle) {
    Status status = busy();
    status.consumers = {
        {.name = "mailer", .last = record_id(1), .lag_records = 0, .state = ProgramState::idle}};
    EXPECT_THAT(problems(status), IsEmpty());
}

TEST(Problems, AreAConsumerThatIsStalled) {
    Status status = busy();
    status.consumers = {
        {.name = "mailer", .last = record_id(1), .lag_records = 7, .state = ProgramState::stalled}};
    EXPECT_THAT(problems(status), ElementsAre("consumer mailer is stalled"));
}

TEST(Problems, AreAConsumerThatWasForgottenAndCameBack) {
    Status status = busy();
    status.consumers = {{.name = "mailer",
                         .last = record_id(1),
                         .lag_records = 7,
                         .state = ProgramState::idle,
                         .forgotten_seconds = 60.0}};
    EXPECT_THAT(
        problems(status),
        ElementsAre(
            "consumer mailer was forgotten and holds records again: contrail consumer forget mailer"));
}

TEST(StatusJson, HasEveryKeyInItsPlace) {
    Status status = busy();
    status.consumers.pop_back();
    EXPECT_EQ(
        to_json(status),
        R"({"at_ms":1764060000000,"stream":"rides",)"
        R"("log":{"head":"1764060000000-40011","head_offset":40011,"first":"1764060000000-28008","records":12004,)"
        R"("bytes":1363149,"records_per_second":1988.4,"error":null},)"
        R"("outbox":{"staged_offset":40014,"waiting_records":3,"oldest_waiting_seconds":0.4,"hanging_commits":0,)"
        R"("bytes":81920,)"
        R"("segments":[{"number":0,"bytes":40960,"current":true},{"number":1,"bytes":8192,"current":false},)"
        R"({"number":2,"bytes":8192,"current":false}],"error":null},)"
        R"("streamer":{"state":"streaming","records_per_second":1988.4,"last_error":null,"seen_seconds":0.3,)"
        R"("retention":{"needed_from":28000,"floor_from":20000,"allowed_from":0,"floor_overruled":false}},)"
        R"("consumers":[{"name":"mailer","last_id":"1764060000000-40009","last_offset":40009,"lag_records":2,)"
        R"("lag_seconds":0.0,"records_per_second":1990.0,"latency_p50_ms":2.4,"latency_p99_ms":61.6,)"
        R"("state":"consuming","last_error":{"message":"Redis\nwas away","at_ms":1764059910000},)"
        R"("seen_seconds":0.1,"reads_archive":false,"owner":null,"forgotten_seconds":null,"segments":[],)"
        R"("slowest_segment":null,"skew_records":null}]})"
        "\n");
}

TEST(StatusJson, HasTheSegmentsOfAConsumer) {
    Status status = busy();
    status.consumers = {segmented()};
    status.consumers[0].segments.resize(2);
    EXPECT_THAT(
        to_json(status),
        EndsWith(
            R"("segments":[{"segment":0,"last_id":"1764060000000-40009","last_offset":40009,"lag_records":2,)"
            R"("lag_seconds":0.0,"state":"consuming","instance":"web-1/4711/9f86d081","last_error":null},)"
            R"({"segment":1,"last_id":"1764060000000-27999","last_offset":27999,"lag_records":12012,)"
            R"("lag_seconds":0.0,"state":"halted","instance":"web-1/4711/9f86d081","last_error":"no\ndistance"}],)"
            R"("slowest_segment":1,"skew_records":12010}]})"
            "\n"));
}

TEST(StatusJson, HasNullForWhatIsNotKnown) {
    EXPECT_EQ(
        to_json({.at_ms = 1, .stream = "s"}),
        R"({"at_ms":1,"stream":"s",)"
        R"("log":{"head":null,"head_offset":null,"first":null,"records":null,"bytes":null,)"
        R"("records_per_second":null,"error":null},)"
        R"("outbox":{"staged_offset":null,"waiting_records":null,"oldest_waiting_seconds":null,)"
        R"("hanging_commits":0,"bytes":null,"segments":[],"error":null},)"
        R"("streamer":{"state":"unknown","records_per_second":null,"last_error":null,"seen_seconds":null,)"
        R"("retention":null},)"
        R"("consumers":[]})"
        "\n");
}

}  // namespace contrail::operations
