#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/event_log.hpp"
#include "contrail/component_log.hpp"
#include "logging/line_formatter.hpp"

namespace contrail {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;

/// The program's log, written into a text.
class LogLines : public ::testing::Test {
protected:
    ~LogLines() override { spdlog::set_default_logger(before); }

    void write_to(std::unique_ptr<spdlog::formatter> formatter) {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
        auto logger = std::make_shared<spdlog::logger>("test", std::move(sink));
        logger->set_formatter(std::move(formatter));
        logger->set_level(spdlog::level::debug);
        spdlog::set_default_logger(std::move(logger));
    }

    /// What was written since the last call.
    std::string written() {
        std::string text = out.str();
        out.str("");
        return text;
    }

    nlohmann::ordered_json json() { return nlohmann::ordered_json::parse(written()); }

    std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
    std::ostringstream out;
    const ComponentLog log{"streamer"};
};

TEST_F(LogLines, ShowPeopleTimeLevelComponentAndMessage) {
    write_to(std::make_unique<logging::TextLine>());
    log.warn("the log's head is {head}", {{"head", RecordId{1700, Offset{42}}}});
    EXPECT_THAT(written(),
                ContainsRegex("^[0-9]+-[0-9]+-[0-9]+T[0-9:.]+[+-][0-9:]+ warning streamer: the log's "
                              "head is 1700-42\n$"));
}

TEST_F(LogLines, TakeOneLineWhateverTheMessage) {
    write_to(std::make_unique<logging::TextLine>());
    log.error("{error}", {{"error", "one\ntwo \x1b[31m"}});
    EXPECT_THAT(written(), EndsWith(" error streamer: one two  [31m\n"));
}

TEST_F(LogLines, HaveNoComponentUnlessAComponentLogWritesThem) {
    write_to(std::make_unique<logging::TextLine>());
    spdlog::info("plain");
    EXPECT_THAT(written(), EndsWith(" info plain\n"));
}

TEST_F(LogLines, LeaveTimeAndLevelToTheJournal) {
    write_to(std::make_unique<logging::JournalLine>(
        std::make_unique<logging::TextLine>(logging::TextLine::Beginning::component)));
    log.warn("the log's head is {head}", {{"head", RecordId{1700, Offset{42}}}});
    log.info("{error}", {{"error", "one\n<0>two"}});
    EXPECT_EQ(written(), "<4>streamer: the log's head is 1700-42\n<6>streamer: one <0>two\n");
}

TEST_F(LogLines, AreJsonWithAKeyForEachField) {
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    const std::string consumer = "mailer";
    ComponentLog("consumer", LogField("consumer", consumer))
        .info("committed {records} records, {error}", {{"records", 3U}, {"error", "none"}});
    const auto line = json();
    EXPECT_EQ(line["level"], "info");
    EXPECT_EQ(line["component"], "consumer");
    EXPECT_EQ(line["message"], "committed 3 records, none");
    EXPECT_EQ(line["consumer"], "mailer");
    EXPECT_EQ(line["records"], 3);
    EXPECT_EQ(line.begin().key(), "time");
    EXPECT_THAT(line["time"].get<std::string>(), EndsWith("Z"));
}

TEST_F(LogLines, AreJsonWhateverTheMessage) {
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    for (const char* nasty : {"\xff", "\"}\n{", "{}", "\\", "{0}", ""}) {
        log.error("{error}", {{"error", nasty}});
        EXPECT_NO_THROW((void)json()) << nasty;
    }
    spdlog::error("a line without a component");
    EXPECT_EQ(json()["component"], "contrail");
}

TEST_F(LogLines, LeaveOutWhatIsBelowTheLevel) {
    write_to(std::make_unique<logging::TextLine>());
    spdlog::set_level(spdlog::level::warn);
    log.info("not now");
    EXPECT_EQ(written(), "");
}

TEST_F(LogLines, TellEveryEventOfAStreamer) {
    using namespace streamer_event;
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    const RecordId id{1700, Offset{42}};
    const auto message = [&](const StreamerEvent& event) {
        cli::log_streamer_event(event);
        return json()["message"].get<std::string>();
    };
    EXPECT_EQ(message(Located{id, 0}), "the log's head is 1700-42, and nothing sealed is missing");
    EXPECT_THAT(message(Located{id, 7}), HasSubstr("the 7 sealed records it lacks"));
    EXPECT_THAT(message(Restarted{{}, id}), EndsWith("goes on after 1700-42"));
    EXPECT_THAT(
        message(HeldBack{
            {.head = id, .first = id, .records = 5, .memory_bytes = 9 << 20, .memory_bytes_max = 10 << 20}}),
        HasSubstr("Redis uses 9 of 10 MiB"));
    EXPECT_EQ(message(Resumed{}), "streaming again: Redis has room");
    EXPECT_EQ(message(BatchAppended{{.number = 3, .first = Offset{5}, .last = Offset{9}}}),
              "batch 3: offsets 5 to 9 appended");
    EXPECT_THAT(message(Refused{id, {}}), HasSubstr("is 0-0 where 1700-42 was expected"));
    EXPECT_EQ(message(StandingBy{}), "standing by: another streamer leads");
    EXPECT_THAT(message(TakingOver{id, Clock::Duration(5'000)}), HasSubstr("for 5000 ms"));
    EXPECT_EQ(message(Retrying{Error(Retry::call, "Redis is {away}"), Clock::Duration(50)}),
              "waiting 50 ms: Redis is {away}");
}

TEST_F(LogLines, TellEveryEventOfRetention) {
    using namespace retention_event;
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    const RecordId id{1700, Offset{42}};
    const ConsumerName mailer("mailer");
    const auto message = [&](const RetentionEvent& event) {
        cli::log_retention_event(event);
        return json()["message"].get<std::string>();
    };
    EXPECT_EQ(message(Dropped{id, {.segments_emptied = 2, .obstacle = ""}}),
              "emptied 2 segment(s) of the outbox; the log is kept from 1700-42 on");
    EXPECT_EQ(message(Dropped{id, {}}), "the log is kept from 1700-42 on");
    EXPECT_EQ(message(Obstructed{"Segment 1 {is} in use."}), "Segment 1 {is} in use.");
    EXPECT_THAT(message(NoConsumers{1 << 30}), HasSubstr("up to 1024 MiB"));
    EXPECT_THAT(message(ConsumerRegistered{mailer, id}), HasSubstr("'mailer' is registered at 1700-42"));
    EXPECT_THAT(message(NearLimit{mailer, "--log-max-records", 0.8}),
                HasSubstr("take 80 % of --log-max-records"));
    EXPECT_THAT(message(ClocksDisagree{std::chrono::milliseconds(-3'000)}),
                HasSubstr("differs from this machine's by -3000 ms"));
    EXPECT_THAT(message(StrayReport{"one: here"}),
                HasSubstr("no consumer's name with a record's id: one: here."));
    EXPECT_THAT(message(TooManyNames{200'000, 1'000}), HasSubstr("200000 names report positions"));
    EXPECT_THAT(message(OwnerRestored{mailer, {"1", "database a"}, {"2", "database b"}}),
                HasSubstr("belongs to database a, and its position was reported from database b"));
    EXPECT_THAT(message(ConsumerCutOff{mailer, {Offset{2}, Offset{5}, 0}}),
                HasSubstr("drops offsets 2 to 5"));
    EXPECT_EQ(message(Retrying{Error(Retry::call, "away"), Clock::Duration(1'000)}), "waiting 1000 ms: away");
}

TEST_F(LogLines, TellEveryEventOfAConsumer) {
    using namespace consumer_event;
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    const OnConsumerEvent log_event = cli::consumer_log(ConsumerName("mailer"));
    const RecordId id{1700, Offset{42}};
    const auto message = [&](const ConsumerEvent& event) {
        log_event(event);
        const auto line = json();
        EXPECT_EQ(line["consumer"], "mailer");
        return line["message"].get<std::string>();
    };
    EXPECT_EQ(message(Registered{id}), "registered a new consumer, at 1700-42");
    EXPECT_EQ(message(Located{}), "consuming from the beginning of the log");
    EXPECT_EQ(message(Located{id}), "consuming after checkpoint 1700-42");
    EXPECT_EQ(message(Committed{{1700, Offset{40}}, id}), "committed 3 records, checkpoint 1700-42");
    EXPECT_EQ(message(Skipped{2}), "skipped 2 records that are already applied");
    EXPECT_THAT(message(Overtaken{}), EndsWith("standing by"));
    EXPECT_EQ(message(Retrying{Error(Retry::call, "away"), Clock::Duration(50)}), "waiting 50 ms: away");
    EXPECT_EQ(
        message(Parked{{.record = {id, "create", "ride", "{}"}, .error = "no distance.", .attempts = 5}}),
        "parked record 1700-42 (create ride) after 5 attempts: no distance. See `contrail dead-letters`");
    EXPECT_EQ(message(Retried{{.record = {id, "create", "ride", "{}"}, .error = "", .attempts = 5}}),
              "applied record 1700-42, which had been parked");
}

TEST_F(LogLines, LeaveTheErrorThatHaltsToTheProgram) {
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    cli::log_streamer_event(streamer_event::Halted{Error(Retry::never, "a foreign head")});
    cli::consumer_log(ConsumerName("mailer"))(consumer_event::Halted{Error(Retry::never, "a gap")});
    EXPECT_EQ(written(), "");
}

TEST_F(LogLines, TellOfAStatusThatCannotBePublishedUntilAnOperatorActs) {
    write_to(std::make_unique<logging::JsonLine>("contrail"));
    cli::log_status_failure(Error(Retry::call, "away"));
    EXPECT_EQ(written(), "") << "the program's own work fails, too, and logs it";
    cli::log_status_failure(Error(Retry::never, "NOPERM"));
    EXPECT_EQ(json()["message"], "`contrail status` cannot show this program: NOPERM");
}

}  // namespace contrail
