#include "redis/replies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "contrail/error.hpp"
#include "unit/redis/resp.hpp"

namespace contrail::redis {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

namespace {

Record record_in(const std::string& bytes) {
    Record record{{}, "old", "old", "old", "old", "old"};
    if (!assign_entry(*Parsed(bytes), record)) throw_not_a_record(record.id);
    return record;
}

}  // namespace

TEST(RedisReply, IsReadWhereverTheBytesAreCut) {
    const std::string two = entry("5-1", strings(ride)) + "-ERR no\r\n";
    for (std::size_t cut = 0; cut <= two.size(); ++cut) {
        SCOPED_TRACE(cut);
        ReplyReader reader;
        std::vector<std::string> errors;
        std::vector<Record> records;
        for (const auto& part : {two.substr(0, cut), two.substr(cut)}) {
            feed(reader, part);
            while (const Reply* reply = reader.next()) {
                if (reply->is_error()) {
                    errors.emplace_back(reply->text);
                } else {
                    assign_entry(*reply, records.emplace_back());
                }
            }
        }
        EXPECT_THAT(records, ElementsAre(ride_record));
        EXPECT_THAT(errors, ElementsAre("ERR no"));
    }
}

TEST(RedisReply, IsReadElementByElementWhereverTheBytesAreCut) {
    const std::string array = "*3\r\n" + strings(ride) + ":7\r\n" + strings(ride) + "+OK\r\n";
    for (std::size_t cut = 0; cut <= array.size(); ++cut) {
        SCOPED_TRACE(cut);
        ReplyReader reader;
        std::vector<std::size_t> sizes;  // of the array, of its elements, of what follows it
        for (const auto& part : {array.substr(0, cut), array.substr(cut)}) {
            feed(reader, part);
            while (const Reply* reply = sizes.empty() ? reader.next_head() : reader.next()) {
                sizes.push_back(sizes.empty() ? static_cast<std::size_t>(reply->integer)
                                              : reply->elements.size());
            }
        }
        EXPECT_THAT(sizes, ElementsAre(3, 6, 0, 6, 0));
    }
}

TEST(RedisReply, KeepsNoMoreInMemoryThanOneElementOfALargeArray) {
    ReplyReader reader;
    const std::string element = strings({std::string(1U << 20U, 'x')});
    feed(reader, "*1000\r\n");
    ASSERT_NE(reader.next_head(), nullptr);
    std::size_t buffer_bytes_max = 0;
    for (int i = 0; i < 1'000; ++i) {
        feed(reader, element);
        ASSERT_NE(reader.next(), nullptr);
        buffer_bytes_max = std::max(buffer_bytes_max, reader.buffer_bytes());
    }
    EXPECT_LE(buffer_bytes_max, 4U << 20U);
}

TEST(RedisReply, LeavesNoMemoryBehindAfterALargeOne) {
    ReplyReader reader;
    feed(reader, strings({std::string(8U << 20U, 'x')}));
    ASSERT_NE(reader.next(), nullptr);
    reader.room();
    EXPECT_LT(reader.buffer_bytes(), 1U << 20U);
}

TEST(RedisReply, HasEveryKind) {
    EXPECT_EQ((*Parsed("+OK\r\n")).kind, Reply::Kind::status);
    EXPECT_EQ((*Parsed(":-42\r\n")).integer, -42);
    EXPECT_EQ((*Parsed("$-1\r\n")).kind, Reply::Kind::nil);
    EXPECT_EQ((*Parsed("*-1\r\n")).kind, Reply::Kind::nil);
    EXPECT_THAT((*Parsed("*0\r\n")).elements, IsEmpty());
    const Parsed mixed("*4\r\n:1\r\n$2\r\n\r\n\r\n$-1\r\n*1\r\n+a\r\n");
    EXPECT_EQ((*mixed).elements[0].integer, 1);
    EXPECT_EQ((*mixed).elements[1].text, "\r\n");
    EXPECT_EQ((*mixed).elements[2].kind, Reply::Kind::nil);
    EXPECT_EQ((*mixed).elements[3].elements[0].text, "a");
}

TEST(RedisReply, IsNotReadFromAnotherProtocol) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "*1\r\n";
    for (const std::string& bytes :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string("$x\r\n"), std::string("$-2\r\n"),
          std::string("*1e9\r\n"), std::string(":\r\n"), std::string("*99999999999\r\n"),
          std::string("$9999999999\r\n"), std::string("$1\r\nxyz"), ":" + std::string(100, '1'),
          "+" + std::string(100'000, 'x'), deep + ":1\r\n"}) {
        SCOPED_TRACE(bytes.substr(0, 20));
        ReplyReader reader;
        feed(reader, bytes);
        try {
            reader.next();
            ADD_FAILURE() << "was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr("does not speak Redis's protocol"));
        }
    }
}

TEST(RedisEntries, BecomeRecords) {
    EXPECT_EQ(record_in(entry("5-1", strings(ride))), ride_record);
}

TEST(RedisEntries, MayHaveFurtherFields) {
    auto fields = ride;
    fields.insert(fields.end(), {"trace", "1a2b"});
    EXPECT_EQ(record_in(entry("5-1", strings(fields))), ride_record);
}

TEST(RedisEntries, MayHaveAKeyAndHeaders) {
    auto fields = ride;
    fields.insert(fields.end(), {"key", ""});
    Record expected = ride_record;
    expected.key = "";
    EXPECT_EQ(record_in(entry("5-1", strings(fields))), expected);

    fields.insert(fields.end(), {"trace", "1a2b", "headers", R"({"a": 1})"});
    expected.headers = R"({"a": 1})";
    EXPECT_EQ(record_in(entry("5-1", strings(fields))), expected);

    fields.emplace_back("key");
    EXPECT_EQ(record_in(entry("5-1", strings(fields))), expected) << "a name without a value";
}

TEST(RedisEntries, LeaveNoMoreRoomBehindThanIsWorthKeeping) {
    Record record;
    assign_entry(*Parsed(entry("5-1", strings({"action", "create", "object", "ride", "data",
                                               std::string(1U << 20U, 'x')}))),
                 record);
    assign_entry(*Parsed(entry("5-1", strings(ride))), record);
    EXPECT_EQ(record, ride_record);
    EXPECT_LT(record.data.capacity(), 10'000U);
}

TEST(RedisEntries, ThatAreNotRecordsAreRefusedByTheirId) {
    const std::vector<std::string> not_records[] = {
        {},
        {"action", "create"},
        {"action", "create", "object", "ride"},
        {"action", "create", "object", "ride", "data"},
        {"object", "ride", "action", "create", "data", "{}"},
        {"action", "create", "object", "ride", "payload", "{}"},
    };
    for (const auto& fields : not_records) {
        try {
            record_in(entry("5-1", strings(fields)));
            ADD_FAILURE() << "was accepted: " << strings(fields);
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr("5-1"));
        }
    }
    EXPECT_THROW(record_in(entry("5-1", "*-1\r\n")), Error);
    EXPECT_THROW(record_in(entry("five", strings(ride))), Error);
}

TEST(RedisEntries, AreNotLookedForInAnotherForm) {
    for (const std::string bytes : {"+OK\r\n", ":1\r\n", "*0\r\n", "*1\r\n+5-1\r\n", "*-1\r\n"}) {
        SCOPED_TRACE(bytes);
        EXPECT_THROW(record_in(bytes), Error);
    }
}

TEST(RedisReplies, TellsTheHead) {
    EXPECT_EQ(head_after("append", *Parsed("$3\r\n5-1\r\n")), (RecordId{5, Offset{1}}));
    EXPECT_THROW(head_after("append", *Parsed("+OK\r\n")), Error);
    EXPECT_THROW(head_after("append", *Parsed("-OOM\r\n")), Error);
}

TEST(RedisReplies, TellsWhatAStreamHolds) {
    LogUsage usage;
    assign_extent(*Parsed(array({one("5-3"), one("5-2"), number(2), one("5-9")})), usage);
    EXPECT_EQ(usage.head, (RecordId{5, Offset{3}}));
    EXPECT_EQ(usage.first, (RecordId{5, Offset{2}}));
    EXPECT_EQ(usage.records, 2U);
    EXPECT_EQ(usage.sealed, (RecordId{5, Offset{9}}));
    assign_extent(*Parsed(array({one("5-3"), one("5-2"), number(2), one("")})), usage);
    EXPECT_EQ(usage.sealed, std::nullopt);
    for (const std::string& other : {std::string("-NOAUTH\r\n"), std::string("*0\r\n"),
                                     array({one("5-3"), one("five"), number(2), one("")})})
        EXPECT_THROW(assign_extent(*Parsed(other), usage), Error);
}

TEST(RedisReplies, TellsWhichOutboxFeedsTheLog) {
    EXPECT_EQ(identity_in(*Parsed(strings({"name", "database a", "id", "7", "later", "x"}))),
              (OutboxIdentity{"7", "database a"}));
    EXPECT_EQ(identity_in(*Parsed("*0\r\n")), std::nullopt);
    EXPECT_THROW(identity_in(*Parsed("-WRONGTYPE\r\n")), Error);
}

TEST(RedisReplies, TellsHowManyBytesAStreamTakes) {
    EXPECT_EQ(bytes_in(*Parsed(":70\r\n")), 70U);
    EXPECT_EQ(bytes_in(*Parsed("$-1\r\n")), 0U);
    EXPECT_THROW(bytes_in(*Parsed("+70\r\n")), Error);
    EXPECT_THROW(bytes_in(*Parsed("-WRONGTYPE\r\n")), Error);
}

TEST(RedisReplies, TellsWhatMemoryIsTaken) {
    const auto memory = [](const std::string& lines) {
        LogUsage usage;
        assign_memory(*Parsed(one(lines)), usage);
        return std::pair(usage.memory_bytes, usage.memory_bytes_max);
    };
    EXPECT_EQ(memory("# Memory\r\nused_memory:100\r\nused_memory_human:1B\r\nmaxmemory:900\r\n"
                     "mem_not_counted_for_evict:30\r\n"),
              std::pair(70UL, 900UL));
    EXPECT_EQ(memory("# Memory\r\nused_memory:100\r\nmem_not_counted_for_evict:101\r\n"),
              std::pair(0UL, 0UL));
    EXPECT_EQ(memory(""), std::pair(0UL, 0UL));
}

TEST(RedisReplies, TellsWhoWasCutOff) {
    const CutOff cut_off{.first_missed = {7}, .last_missed = {9}, .at_ms = 1'700'000'000'000};
    EXPECT_EQ(cut_off_text(cut_off), "7-9-1700000000000");
    EXPECT_THAT(cut_offs_in(*Parsed(strings({"distance", cut_off_text(cut_off)}))),
                ElementsAre(Pair(ConsumerName("distance"), cut_off)));
    EXPECT_THAT(cut_offs_in(*Parsed("*0\r\n")), IsEmpty());
    for (const std::string text : {"", "7", "7-9", "7-9-", "7--9", "-7-9", "7-9-1-2", "7-9-x"}) {
        SCOPED_TRACE(text);
        EXPECT_THAT(cut_offs_in(*Parsed(strings({"distance", text, "total", cut_off_text(cut_off)}))),
                    ElementsAre(Pair(ConsumerName("total"), cut_off)));
    }
}

TEST(RedisReplies, TellsThePositionsAndTheirOwners) {
    const auto positions = [](const std::string& fields) {
        return reports_in(*Parsed("*2\r\n" + fields + "*0\r\n")).positions;
    };
    EXPECT_THAT(positions(strings({"distance", "5-1"})),
                ElementsAre(Pair(ConsumerName("distance"), RecordId{5, Offset{1}})));
    EXPECT_THAT(positions("*0\r\n"), IsEmpty());
    EXPECT_THAT(positions(strings({"distance", "five", "no name", "5-1", "total", "5-2"})),
                ElementsAre(Pair(ConsumerName("total"), RecordId{5, Offset{2}})));

    const auto reports =
        reports_in(*Parsed("*2\r\n*0\r\n" + strings({"distance", "7 - database a", "total", "rubbish"})));
    EXPECT_THAT(reports.owners,
                ElementsAre(Pair(ConsumerName("distance"), NotedOwner{.owner = {"7", "database a"}})));
}

TEST(RedisReplies, TellsWhatStandsAmongThePositionsAndIsNone) {
    const StrayReports stray = stray_reports_in(*Parsed("*2\r\n:7\r\n$9\r\none: here\r\n"));
    EXPECT_EQ(stray.names, 7U);
    EXPECT_THAT(stray.entries, ElementsAre("one: here"));
    for (const std::string reply : {"*0\r\n", "*1\r\n$1\r\n7\r\n", ":7\r\n", "$-1\r\n"})
        EXPECT_THROW(stray_reports_in(*Parsed(reply)), Error);
}

}  // namespace contrail::redis
