#include "operations/tail/tail.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "operations/tail/tail_output.hpp"
#include "redis/url.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// A log of twelve records, sealed in three batches of four.
class TailOfALog : public ::testing::Test {
protected:
    struct Output : operations::TailOutput {
        void record(const Record& record) override { seen.push_back(std::to_string(record.id.offset.value)); }
        void gap(Offset first, Offset last) override {
            seen.push_back("no " + std::to_string(first.value) + " to " + std::to_string(last.value));
        }
        void foreign(RecordId id) override { seen.push_back("foreign " + std::to_string(id.offset.value)); }
        bool flush() override {
            if (on_flush) on_flush();
            return takes_more;
        }
        std::vector<std::string> seen;
        std::function<void()> on_flush;
        bool takes_more = true;
    };

    TailOfALog() {
        for (int batch = 0; batch < 3; ++batch) {
            pipeline.stage({"1", "2", "3", "4"});
            pipeline.stream();
        }
        records = pipeline.logged();
    }

    bool tail(operations::TailOptions options) {
        return operations::tail(log, options, output, system_clock(), [](const Error&, Clock::Duration) {});
    }

    void erase(std::size_t offset) {
        pipeline.redis.run({"XDEL", pipeline.settings.stream_name, records.at(offset - 1).id.to_string()});
    }

    Pipeline pipeline;
    std::vector<Record> records;
    redis::RedisLog log{redis::endpoint_of(pipeline.settings), StreamName(pipeline.settings.stream_name)};
    Output output;
};

TEST_F(TailOfALog, IsItsLastTenRecords) {
    EXPECT_TRUE(tail({}));
    EXPECT_THAT(output.seen, ElementsAre("3", "4", "5", "6", "7", "8", "9", "10", "11", "12"));
}

TEST_F(TailOfALog, IsAsLongAsAskedForWhateverTheBatches) {
    for (std::uint64_t last = 1; last <= 12; ++last) {
        output.seen.clear();
        EXPECT_TRUE(tail({.last = last}));
        EXPECT_THAT(output.seen, SizeIs(last));
        EXPECT_EQ(output.seen.front(), std::to_string(13 - last));
    }
    output.seen.clear();
    EXPECT_TRUE(tail({.last = 1'000}));
    EXPECT_THAT(output.seen, SizeIs(12));
}

TEST_F(TailOfALog, BeginsAtAPlace) {
    EXPECT_TRUE(tail({.from = start::Earliest{}, .records_max = 2}));
    EXPECT_THAT(output.seen, ElementsAre("1", "2"));
    output.seen.clear();
    EXPECT_TRUE(tail({.from = start::After{records[9].id}}));
    EXPECT_THAT(output.seen, ElementsAre("11", "12"));
    output.seen.clear();
    EXPECT_TRUE(tail({.from = start::Since{records[11].id.sealed_ms}}));
    EXPECT_EQ(output.seen.back(), "12");
    output.seen.clear();
    EXPECT_TRUE(tail({.from = start::Latest{}}));
    EXPECT_THAT(output.seen, ElementsAre());
}

TEST_F(TailOfALog, SaysWhatIsMissingWhereItIsMissing) {
    erase(6);
    erase(7);
    EXPECT_FALSE(tail({.from = start::After{records[3].id}, .records_max = 2}));
    EXPECT_THAT(output.seen, ElementsAre("5", "no 6 to 7", "8"));
    output.seen.clear();
    EXPECT_FALSE(tail({.last = 6}));
    EXPECT_EQ(output.seen.front(), "no 7 to 7");
}

TEST_F(TailOfALog, SaysWhatIsNoRecord) {
    pipeline.add_foreign_entry({"some", "thing"});
    EXPECT_FALSE(tail({.from = start::After{records[10].id}}));
    EXPECT_THAT(output.seen, ElementsAre("12", "foreign 0"));
}

TEST_F(TailOfALog, IsEmptyWithoutALog) {
    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    EXPECT_TRUE(tail({}));
    EXPECT_THAT(output.seen, ElementsAre());
}

TEST_F(TailOfALog, FollowsWhatIsAppendedLater) {
    output.on_flush = [&] {
        output.on_flush = nullptr;
        pipeline.stage({"13", "14"});
        pipeline.stream();
    };
    EXPECT_TRUE(tail({.last = 2, .records_max = 4, .follow = true}));
    EXPECT_THAT(output.seen, ElementsAre("11", "12", "13", "14"));
}

TEST(TailLines, AreRecordsAndHoles) {
    std::ostringstream out;
    operations::TailText text(out);
    text.record({{1'764'060'000'000, Offset{42}}, "create", "ride", "{\"a\":\t1}"});
    text.record({{1'764'060'000'000, Offset{42}}, "create", "ride", "{}", "5\n21", "{\"b\": 2}"});
    text.gap(Offset{43}, Offset{43});
    text.gap(Offset{43}, Offset{45});
    text.foreign({7, Offset{0}});
    EXPECT_TRUE(text.flush());
    EXPECT_EQ(
        out.str(),
        "1764060000000-42        2025-11-25T08:40:00Z      create ride  {\"a\": 1}\n"
        "1764060000000-42        2025-11-25T08:40:00Z      create ride key=5 21  {}  headers={\"b\": 2}\n"
        "-- offset 43 is missing\n"
        "-- offsets 43 to 45 are missing\n"
        "-- entry 7-0 is not a record\n");
}

TEST(TailLines, AreJsonWhateverARecordHolds) {
    std::ostringstream out;
    operations::TailJson json(out);
    json.record({{1'764'060'000'000, Offset{42}}, "create", "ride", "{\"big\":12345678901234567890123}"});
    EXPECT_EQ(out.str(),
              R"({"id":"1764060000000-42","offset":42,"sealed_at":"2025-11-25T08:40:00Z","action":"create",)"
              R"("object":"ride","data":{"big":12345678901234567890123}})"
              "\n");
    out.str("");
    json.record({{1, Offset{2}}, "create", "ride", "{}", "", R"({"b": 2})"});
    EXPECT_THAT(out.str(), ::testing::EndsWith(R"("object":"ride","key":"","headers":{"b": 2},"data":{}})"
                                               "\n"));
    out.str("");
    json.record({{1, Offset{2}}, "create", "ride", "[1e400]"});
    EXPECT_THAT(out.str(), ::testing::EndsWith("\"data\":[1e400]}\n"));
    out.str("");
    json.record({{1, Offset{2}}, "a\"b", "\xff", "no\njson"});
    const auto line = nlohmann::json::parse(out.str());
    EXPECT_EQ(line["action"], "a\"b");
    EXPECT_EQ(line["data"], "no\njson");
    out.str("");
    json.gap(Offset{4}, Offset{6});
    EXPECT_EQ(nlohmann::json::parse(out.str())["missing_last_offset"], 6);
}

TEST(TailLines, AreCloudEventsAndNothingElse) {
    std::ostringstream out;
    std::ostringstream errors;
    operations::TailCloudEvents events(StreamName("rides"), out, errors);
    for (const std::uint64_t offset : {1U, 2U}) events.record({{1, Offset{offset}}, "create", "ride", "{}"});
    events.gap(Offset{3}, Offset{3});
    events.foreign({7, Offset{0}});
    EXPECT_TRUE(events.flush());

    std::istringstream lines(out.str());
    std::string line;
    for (const std::string id : {"1-1", "1-2"}) {
        std::getline(lines, line);
        EXPECT_EQ(nlohmann::json::parse(line)["id"], id);
        EXPECT_EQ(nlohmann::json::parse(line)["source"], "/contrail/rides");
    }
    EXPECT_FALSE(std::getline(lines, line)) << line;
    EXPECT_EQ(errors.str(), "-- offset 3 is missing\n-- entry 7-0 is not a record\n");
}

TEST_F(TailOfALog, ComesInSmallerPiecesWhereRedisClosesTheConnectionToALargeReply) {
    pipeline.stage(std::vector<std::string>(12, '"' + std::string(1'000'000, 'x') + '"'));
    pipeline.stream();
    // The server is shared. Redis checks the limit for each reply.
    const std::string usual = "normal 0 0 0";
    pipeline.redis.run({"CONFIG", "SET", "client-output-buffer-limit", "normal 4mb 0 0"});
    EXPECT_NO_THROW(tail({.from = start::After{records[11].id}}));
    pipeline.redis.run({"CONFIG", "SET", "client-output-buffer-limit", usual});
    EXPECT_THAT(output.seen, SizeIs(12));
}

TEST_F(TailOfALog, EndsOnceItsOutputIsLost) {
    output.takes_more = false;
    EXPECT_TRUE(tail({.from = start::After{records[10].id}, .follow = true}));
    EXPECT_THAT(output.seen, ElementsAre("12"));
}

TEST(TailLines, SayWhetherTheyWereTaken) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    EXPECT_FALSE(operations::TailText(out).flush());
    EXPECT_FALSE(operations::TailJson(out).flush());
    std::ostringstream errors;
    EXPECT_FALSE(operations::TailCloudEvents(StreamName("rides"), out, errors).flush());
}

}  // namespace contrail::test
