#include "redis/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "redis/command.hpp"

namespace contrail::redis {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

namespace {

/// Replies are written like commands: arrays of strings; arrays in arrays by hand.
std::string strings(const std::vector<std::string>& elements) {
    std::string bytes;
    begin_command(bytes, elements.size());
    for (const auto& element : elements) add_argument(bytes, element);
    return bytes;
}

/// An answer to XREAD with one entry.
std::string entry(const std::string& id, const std::string& fields) {
    return "*1\r\n*2\r\n$5\r\nrides\r\n*1\r\n*2\r\n$" + std::to_string(id.size()) + "\r\n" + id + "\r\n" +
           fields;
}

const std::vector<std::string> ride = {"action", "create", "object", "ride", "data", "{}"};
const Record ride_record{{5, Offset{1}}, "create", "ride", "{}"};

/// A reply, and the reader in whose memory it lies.
class Parsed {
public:
    explicit Parsed(const std::string& bytes) {
        reader_.feed(bytes);
        reply_ = reader_.next();
    }
    const Reply& operator*() const { return *reply_; }

private:
    ReplyReader reader_;
    const Reply* reply_ = nullptr;
};

std::vector<Record> records_in(const std::string& bytes) {
    std::vector<Record> records{{{}, "old", "old", "old"}};
    assign_entries(*Parsed(bytes), records);
    return records;
}

}  // namespace

TEST(RedisReply, IsReadWhereverTheBytesAreCut) {
    const std::string two = entry("5-1", strings(ride)) + "-ERR no\r\n";
    for (std::size_t cut = 0; cut <= two.size(); ++cut) {
        SCOPED_TRACE(cut);
        ReplyReader reader;
        std::vector<Record> records;
        std::string error;
        for (const auto& part : {two.substr(0, cut), two.substr(cut)}) {
            reader.feed(part);
            while (const Reply* reply = reader.next()) {
                if (reply->is_error()) {
                    error = reply->text;
                } else {
                    assign_entries(*reply, records);
                }
            }
        }
        EXPECT_THAT(records, ElementsAre(ride_record));
        EXPECT_EQ(error, "ERR no");
    }
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
    ReplyReader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
    try {
        reader.next();
        ADD_FAILURE() << "was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("does not speak Redis's protocol"));
    }
}

TEST(RedisEntries, BecomeRecords) {
    EXPECT_THAT(records_in(entry("5-1", strings(ride))), ElementsAre(ride_record));
    EXPECT_THAT(records_in("*-1\r\n"), IsEmpty());
}

TEST(RedisEntries, MayHaveFurtherFields) {
    auto fields = ride;
    fields.insert(fields.end(), {"trace", "1a2b"});
    EXPECT_THAT(records_in(entry("5-1", strings(fields))), ElementsAre(ride_record));
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
            records_in(entry("5-1", strings(fields)));
            ADD_FAILURE() << "was accepted: " << strings(fields);
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr("5-1"));
        }
    }
    EXPECT_THROW(records_in(entry("5-1", "*-1\r\n")), Error);
    EXPECT_THROW(records_in(entry("five", strings(ride))), Error);
}

TEST(RedisEntries, AreNotLookedForInAnotherForm) {
    for (const std::string bytes : {"+OK\r\n", ":1\r\n", "*0\r\n", "*1\r\n+OK\r\n",
                                    "*1\r\n*2\r\n+a\r\n+b\r\n", "*1\r\n*2\r\n+a\r\n*1\r\n+b\r\n"}) {
        SCOPED_TRACE(bytes);
        EXPECT_THROW(records_in(bytes), Error);
    }
}

TEST(RedisAnswer, TellsTheHead) {
    EXPECT_EQ(head_after_append(*Parsed("$3\r\n5-1\r\n")), (RecordId{5, Offset{1}}));
    EXPECT_THROW(head_after_append(*Parsed("+OK\r\n")), Error);
    EXPECT_THROW(head_after_append(*Parsed("-OOM\r\n")), Error);

    EXPECT_EQ(head_in_info(*Parsed("*4\r\n+length\r\n:1\r\n+last-generated-id\r\n$3\r\n5-1\r\n")),
              (RecordId{5, Offset{1}}));
    EXPECT_EQ(head_in_info(*Parsed("-ERR no such key\r\n")), RecordId{});
    EXPECT_THROW(head_in_info(*Parsed("-NOAUTH\r\n")), Error);
    EXPECT_THROW(head_in_info(*Parsed("*2\r\n+length\r\n:1\r\n")), Error);
}

TEST(RedisAnswer, TellsTheLength) {
    EXPECT_EQ(length_in(*Parsed(":7\r\n")), 7U);
    EXPECT_THROW(length_in(*Parsed("+7\r\n")), Error);
    EXPECT_THROW(length_in(*Parsed("-WRONGTYPE\r\n")), Error);
}

TEST(RedisAnswer, TellsThePositions) {
    EXPECT_THAT(positions_in(*Parsed(strings({"distance", "5-1"}))),
                ElementsAre(Pair(ConsumerName("distance"), RecordId{5, Offset{1}})));
    EXPECT_THAT(positions_in(*Parsed("*0\r\n")), IsEmpty());
    EXPECT_THROW(positions_in(*Parsed(strings({"distance", "five"}))), Error);
    EXPECT_THROW(positions_in(*Parsed(strings({"no name", "5-1"}))), Error);
}

}  // namespace contrail::redis
