// The protocol without a socket: what is sent, which request a reply belongs to, what is in doubt.

#include "redis/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"
#include "unit/redis/resp.hpp"

namespace contrail::redis {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

constexpr auto append = Pipeline::Request::append;
constexpr auto read = Pipeline::Request::read;
constexpr auto positions = Pipeline::Request::positions;
constexpr auto other = Pipeline::Request::other;

RecordId id(std::uint64_t offset) {
    return {5, Offset{offset}};
}

std::vector<Record> records(std::uint64_t first, std::uint64_t last, const std::string& data = "{}") {
    std::vector<Record> made;
    for (std::uint64_t offset = first; offset <= last; ++offset)
        made.push_back({id(offset), "create", "ride", data});
    return made;
}

/// Redis's reply to XREAD: these entries of one stream.
std::string stream_of(const std::vector<std::string>& entries) {
    return array({array({one("rides"), array(entries)})});
}

std::string entries(std::uint64_t first, std::uint64_t last) {
    std::vector<std::string> made;
    for (std::uint64_t offset = first; offset <= last; ++offset)
        made.push_back(entry(id(offset).to_string(), strings(ride)));
    return stream_of(made);
}

const std::string nothing_came = "*-1\r\n";
const std::string ok = "+OK\r\n";

}  // namespace

class RedisPipeline : public ::testing::Test {
protected:
    /// The commands to send, which are sent now. Scripts are left out.
    std::vector<std::string> sends() {
        ReplyReader outgoing;  // a command is an array of strings, as a reply may be
        feed(outgoing, pipeline.outgoing());
        std::vector<std::string> commands;
        while (const Reply* const command = outgoing.next()) {
            std::string& words = commands.emplace_back();
            for (const Reply& word : command->elements)
                if (word.text.find('\n') == std::string_view::npos)
                    words.append(words.empty() ? "" : " ").append(word.text);
        }
        pipeline.sent();
        return commands;
    }

    /// Redis's bytes arrive. Returns to which requests the replies belong, each piece by itself.
    std::vector<Pipeline::Request> arrives(const std::string& bytes) {
        feed(*reader, bytes);
        std::vector<Pipeline::Request> owners;
        while (pipeline.awaits_reply()) {
            const Reply* const reply = next_piece();
            if (reply == nullptr) break;
            owners.push_back(pipeline.take(*reply));
        }
        return owners;
    }

    /// Redis's bytes arrive, and no more of them is taken than the read needs.
    void arrives_for_the_read(const std::string& bytes) {
        feed(*reader, bytes);
        while (!pipeline.has_chunk()) pipeline.take(*next_piece());
    }

    const Reply* next_piece() { return pipeline.expected().head ? reader->next_head() : reader->next(); }

    /// The connection is lost, and there is a new one.
    Retry fails(Retry cause) {
        reader = std::make_unique<ReplyReader>();
        return pipeline.fail(cause);
    }

    void reads(RecordId after, const ChunkLimits& limits = {}) { pipeline.read(after, limits, 0ms); }

    std::vector<Record> chunk() {
        std::vector<Record> found = records(100, 101);  // which is replaced
        std::vector<RecordId> foreign;
        pipeline.take_chunk(found, foreign);
        EXPECT_THAT(foreign, IsEmpty());
        return found;
    }

    Pipeline pipeline{Keys(StreamName("rides"))};
    std::unique_ptr<ReplyReader> reader = std::make_unique<ReplyReader>();
};

using RedisPipelineDeathTest = RedisPipeline;

TEST_F(RedisPipeline, GivesEachRequestItsReplyInTheirOrder) {
    pipeline.act_for({"77", "database_a"});
    pipeline.append({}, records(1, 1));
    reads({});
    pipeline.ask("XLEN", "rides");
    EXPECT_THAT(sends(), ElementsAre("EVAL 2 rides rides:identity 77 database_a 0-0 5-1 create ride {}",
                                     "XREAD COUNT 100 STREAMS rides 0-0", "XLEN rides"));

    EXPECT_THAT(arrives(one("5-1")), ElementsAre(append));
    EXPECT_THAT(arrives(nothing_came), ElementsAre(read));
    EXPECT_THAT(arrives(":1\r\n"), ElementsAre(other));
    EXPECT_FALSE(pipeline.awaits_reply());
}

TEST_F(RedisPipeline, SendsKeyAndHeadersOnlyInAChunkThatHasThem) {
    pipeline.act_for({"77", "database_a"});
    auto some = records(1, 4);
    some[1].key = "521";
    some[2].key = "";
    some[2].headers = R"({"a":1})";
    pipeline.append({}, some);
    pipeline.append(id(4), records(5, 6));
    EXPECT_THAT(
        sends(),
        ElementsAre(
            "EVAL 2 rides rides:identity 77 database_a 0-0 5-1 create ride {} 0 5-2 create ride {} 2 key 521 "
            "5-3 create ride {} 4 key  headers {\"a\":1} 5-4 create ride {} 0",
            "EVAL 2 rides rides:identity 77 database_a 5-4 5-5 create ride {} 5-6 create ride {}"));
}

TEST_F(RedisPipeline, TellsAScriptForWhichOutboxItChangesTheLog) {
    pipeline.act_for({"77", "database_a"});
    pipeline.ask_for_outbox("\nscript", {"rides:cut_off"}, "distance", id(7));
    EXPECT_THAT(sends(), ElementsAre("EVAL 3 rides rides:identity rides:cut_off 77 database_a distance 5-7"));
}

TEST_F(RedisPipeline, KeepsTheRepliesToAppendsUntilTheyAreTaken) {
    pipeline.append({}, records(1, 2));
    pipeline.append(id(2), records(3, 3));
    pipeline.ask("XLEN", "rides");
    EXPECT_FALSE(pipeline.has_appended());

    arrives(one("5-2") + one("5-3") + ":3\r\n");

    EXPECT_EQ(pipeline.take_appended(), id(2));
    EXPECT_EQ(pipeline.take_appended(), id(3));
    EXPECT_FALSE(pipeline.has_appended());
}

TEST_F(RedisPipeline, TakesRepliesWhereverTheBytesAreCut) {
    const std::string bytes = one("5-1") + entries(2, 4) + ok + ":3\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        SCOPED_TRACE(cut);
        pipeline.append({}, records(1, 1));
        reads(id(1));
        pipeline.report_position(ConsumerName("distance"), id(1));
        pipeline.ask("XLEN", "rides");

        arrives(bytes.substr(0, cut));
        arrives(bytes.substr(cut));

        EXPECT_EQ(pipeline.take_appended(), id(1));
        EXPECT_EQ(chunk(), records(2, 4));
        EXPECT_FALSE(pipeline.awaits_reply());
    }
}

// Reads.

TEST_F(RedisPipeline, WaitsOnlyForTheBeginningOfAReply) {
    pipeline.read(id(1), {}, 30ms);
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 BLOCK 30 STREAMS rides 5-1"));
    EXPECT_EQ(pipeline.expected().block, 30ms);
    arrives("*1\r\n");
    EXPECT_EQ(pipeline.expected().block, 0ms);
}

TEST_F(RedisPipeline, BlocksForADayAtMost) {
    pipeline.read({}, {}, std::chrono::milliseconds::max());
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 BLOCK 86400000 STREAMS rides 0-0"));
    pipeline.read({}, {}, -1ms);  // BLOCK 0 would be for ever
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
}

TEST_F(RedisPipeline, ReadsNothingWhereNothingCame) {
    for (const std::string& reply : {nothing_came, stream_of({})}) {
        reads({});
        EXPECT_FALSE(pipeline.has_chunk());
        arrives(reply);
        EXPECT_THAT(chunk(), IsEmpty());
    }
}

TEST_F(RedisPipeline, ReadsWithinTheLimitsOfEachReadHoweverLongTheReply) {
    const std::size_t record_bytes = std::string_view(
                                         "create"
                                         "ride"
                                         "{}")
                                         .size();
    reads({}, {.bytes_max = 1});
    sends();
    arrives_for_the_read(entries(1, 9));
    EXPECT_EQ(chunk(), records(1, 1));

    reads(id(1), {.bytes_max = 2 * record_bytes});
    arrives_for_the_read("");
    EXPECT_EQ(chunk(), records(2, 3));

    reads(id(3), {.bytes_max = 2 * record_bytes + 1});
    arrives_for_the_read("");
    EXPECT_EQ(chunk(), records(4, 6));

    reads(id(6), {.records_max = 2});
    arrives_for_the_read("");
    EXPECT_EQ(chunk(), records(7, 8));

    reads(id(8));
    arrives_for_the_read("");
    EXPECT_EQ(chunk(), records(9, 9));
    EXPECT_THAT(sends(), IsEmpty());

    reads(id(9));
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 200 STREAMS rides 5-9"));
}

TEST_F(RedisPipeline, SkipsTheRestOfAReplyWhenTheNextReadContinuesElsewhere) {
    reads({}, {.records_max = 2});
    arrives_for_the_read(entries(1, 6));
    EXPECT_EQ(chunk(), records(1, 2));
    sends();

    reads(id(4), {.records_max = 1});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 1 STREAMS rides 5-4"));
    arrives(entries(5, 5));
    EXPECT_EQ(chunk(), records(5, 5));
}

TEST_F(RedisPipeline, NeverContinuesInAReplyWhoseEntriesWereSkipped) {
    reads({}, {.records_max = 2});
    arrives_for_the_read(entries(1, 6));
    chunk();
    sends();
    pipeline.take(*next_piece());  // the third entry, which no read wants

    reads(id(2));

    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 5-2"));
}

TEST_F(RedisPipeline, ForgetsAReadWhenALaterOneIsBegun) {
    reads({});
    reads(id(4));
    EXPECT_THAT(sends(),
                ElementsAre("XREAD COUNT 100 STREAMS rides 0-0", "XREAD COUNT 100 STREAMS rides 5-4"));
    arrives(entries(1, 6));
    EXPECT_FALSE(pipeline.has_chunk());
    arrives(entries(5, 6));
    EXPECT_EQ(chunk(), records(5, 6));
}

TEST_F(RedisPipeline, KeepsWhatAReadFoundWhileAnotherRequestIsReceived) {
    reads({}, {.records_max = 2});
    pipeline.ask("XLEN", "rides");
    EXPECT_EQ(arrives(entries(1, 6) + ":6\r\n").back(), other);
    EXPECT_EQ(chunk(), records(1, 2));
}

TEST_F(RedisPipeline, NamesEntriesThatAreNotRecords) {
    reads({});
    const std::string foreign_entry = entry("5-2", strings({"hello", "world"}));
    arrives(stream_of({entry("5-1", strings(ride)), foreign_entry, entry("5-3", strings(ride))}));
    std::vector<Record> found;
    std::vector<RecordId> foreign;
    pipeline.take_chunk(found, foreign);
    EXPECT_THAT(found, ElementsAre(records(1, 1)[0], records(3, 3)[0]));
    EXPECT_THAT(foreign, ElementsAre(id(2)));
}

TEST_F(RedisPipeline, ThrowsAtAReplyToAReadInAnotherForm) {
    for (const std::string bytes :
         {"+OK\r\n", "*2\r\n*0\r\n*0\r\n", "*1\r\n*1\r\n*0\r\n", "-WRONGTYPE no stream\r\n"}) {
        SCOPED_TRACE(bytes);
        reads({});
        EXPECT_THROW(arrives(bytes), Error);
        EXPECT_EQ(fails(Retry::never), Retry::never);
    }
}

// Redis closes the connection to a client whose reply outgrows client-output-buffer-limit.
TEST_F(RedisPipeline, AsksForLessAfterAReplyThatDidNotComeTwice) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        reads({});
        EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
        fails(Retry::call);
    }
    reads({});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 50 STREAMS rides 0-0"));
    arrives("*1\r\n*2\r\n" + one("rides") + "*50\r\n" + entry("5-1", strings(ride)));
    fails(Retry::call);
    reads({});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 25 STREAMS rides 0-0"));
    arrives(entries(1, 25));
    reads(id(25));
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 25 STREAMS rides 5-25")) << "the limit is still there";
}

// Servers end and fail over. Between two times an idle consumer is told that nothing came.
TEST_F(RedisPipeline, AsksForAsMuchHoweverOftenItsServerIsStartedAgain) {
    for (int restart = 0; restart < 20; ++restart) {
        reads({});
        EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
        arrives(nothing_came);
        reads({});
        EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
        fails(Retry::call);
    }
}

TEST_F(RedisPipeline, AsksForMoreAgainAfterManyRepliesThatFitted) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        reads({});
        fails(Retry::call);
    }
    std::uint64_t offset = 0;
    for (int reply = 0; reply < 100; ++reply, offset += 50) {
        reads(id(offset));
        EXPECT_THAT(sends(), ElementsAre(HasSubstr("COUNT 50 ")));
        arrives(entries(offset + 1, offset + 50));
    }
    reads(id(offset));
    EXPECT_THAT(sends(), ElementsAre(HasSubstr("COUNT 56 ")));
}

TEST_F(RedisPipeline, AsksForAsMuchAfterAReadThatTheServerRefused) {
    reads({});
    sends();
    EXPECT_THROW(arrives("-LOADING the data set\r\n"), Error);
    fails(Retry::call);
    reads({});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
}

// Positions.

TEST_F(RedisPipeline, SendsPositionsInFrontOfTheNextRequestAndWaitsForNoReply) {
    pipeline.consume_for({"42", "database_b"});
    pipeline.report_position(ConsumerName("distance"), id(7));
    pipeline.report_position(ConsumerName("distance"), id(8));
    pipeline.report_position(ConsumerName("mailer"), id(3));
    EXPECT_THAT(sends(), IsEmpty());
    reads({});
    EXPECT_THAT(sends(),
                ElementsAre("EVAL 2 rides:positions rides:owners 42 database_b distance 5-8 mailer 5-3",
                            "XREAD COUNT 100 STREAMS rides 0-0"));
    EXPECT_THAT(arrives(":2\r\n" + nothing_came), ElementsAre(positions, read));
    reads({});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
}

TEST_F(RedisPipeline, SendsPositionsThoughARequestIsServedFromAnEarlierReply) {
    reads({}, {.records_max = 2});
    sends();
    arrives_for_the_read(entries(1, 6));
    chunk();
    pipeline.report_position(ConsumerName("distance"), id(2));
    reads(id(2));
    EXPECT_THAT(sends(), ElementsAre(HasSubstr("distance 5-2")));
    EXPECT_THAT(arrives(":1\r\n").back(), positions);
    EXPECT_EQ(chunk(), records(3, 6));
}

// A full server can still be read from, and what consumers apply is what makes room there.
TEST_F(RedisPipeline, SendsPositionsAgainThatAFullServerRefused) {
    pipeline.report_position(ConsumerName("distance"), id(1));
    pipeline.report_position(ConsumerName("mailer"), id(1));
    reads({});
    sends();
    pipeline.report_position(ConsumerName("distance"), id(2));

    arrives("-OOM command not allowed\r\n" + nothing_came);

    reads({});
    EXPECT_THAT(sends(),
                ElementsAre(HasSubstr("distance 5-2 mailer 5-1"), "XREAD COUNT 100 STREAMS rides 0-0"));
}

TEST_F(RedisPipeline, SendsNoPositionOfAConsumerThatIsForgotten) {
    pipeline.report_position(ConsumerName("mailer"), id(1));
    reads({});
    sends();
    pipeline.report_position(ConsumerName("distance"), id(1));
    pipeline.forget_position(ConsumerName("distance"));
    pipeline.forget_position(ConsumerName("mailer"));
    arrives("-OOM command not allowed\r\n" + nothing_came);
    reads({});
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 0-0"));
}

TEST_F(RedisPipeline, ThrowsWhatElseRefusesAPosition) {
    pipeline.report_position(ConsumerName("distance"), id(1));
    reads({});
    EXPECT_THROW(arrives("-WRONGTYPE no hash\r\n"), Error);
    fails(Retry::never);

    pipeline.report_position(ConsumerName("distance"), id(1));
    reads({});
    EXPECT_THROW(arrives("-OTHEROWNER consumer distance belongs to database_a\r\n"), Error);
}

// Failures.

TEST_F(RedisPipeline, HasNothingInDoubtWhereNoAppendWasBegun) {
    EXPECT_EQ(fails(Retry::call), Retry::call);
    reads({});
    pipeline.ask("XLEN", "rides");
    EXPECT_EQ(fails(Retry::call), Retry::call);
}

TEST_F(RedisPipeline, LeavesAnAppendInDoubtWhoseReplyDidNotCome) {
    pipeline.append({}, records(1, 1));
    reads({});
    EXPECT_EQ(fails(Retry::call), Retry::in_doubt);
    EXPECT_EQ(fails(Retry::call), Retry::call) << "the caller has been told";
}

TEST_F(RedisPipeline, LeavesAnAppendInDoubtWhoseReplyWasNotTaken) {
    pipeline.append({}, records(1, 1));
    pipeline.ask("XLEN", "rides");
    arrives(one("5-1"));
    EXPECT_EQ(fails(Retry::call), Retry::in_doubt);
}

TEST_F(RedisPipeline, HasNothingInDoubtOnceTheHeadWasAskedFor) {
    pipeline.append({}, records(1, 1));
    pipeline.ask("XLEN", "rides");
    arrives(one("5-1"));
    pipeline.forget_appended();
    EXPECT_EQ(fails(Retry::call), Retry::call);
}

TEST_F(RedisPipeline, KnowsThatARefusedAppendDidNotHappen) {
    pipeline.append({}, records(1, 1));
    EXPECT_THROW(arrives("-OOM command not allowed\r\n"), Error);
    EXPECT_EQ(fails(Retry::call), Retry::call);
}

TEST_F(RedisPipeline, LeavesTheAppendsBehindARefusedOneInDoubt) {
    pipeline.append({}, records(1, 1));
    pipeline.append(id(1), records(2, 2));
    EXPECT_THROW(arrives("-OOM command not allowed\r\n"), Error);
    EXPECT_EQ(fails(Retry::call), Retry::in_doubt);
}

// An operator must act first, and asks for the head after that.
TEST_F(RedisPipeline, KeepsACauseThatCallingAgainCannotHelp) {
    pipeline.append({}, records(1, 1));
    EXPECT_EQ(fails(Retry::never), Retry::never);
}

TEST_F(RedisPipeline, StartsAfreshAfterAFailure) {
    pipeline.append({}, records(1, 1));
    reads({}, {.records_max = 2});
    pipeline.report_position(ConsumerName("distance"), id(1));
    fails(Retry::call);
    EXPECT_THAT(sends(), IsEmpty());
    EXPECT_FALSE(pipeline.awaits_reply());
    EXPECT_FALSE(pipeline.has_appended());

    reads(id(2));
    EXPECT_THAT(sends(), ElementsAre(HasSubstr("distance 5-1"), "XREAD COUNT 100 STREAMS rides 5-2"))
        << "what was never sent still waits";
    arrives(":1\r\n" + entries(3, 3));
    EXPECT_EQ(chunk(), records(3, 3));
}

TEST_F(RedisPipeline, StartsAfreshAfterAFailureInTheMiddleOfEntries) {
    reads({});
    arrives("*1\r\n*2\r\n" + one("rides") + "*3\r\n" + entry("5-1", strings(ride)));
    fails(Retry::call);
    sends();

    reads(id(1));
    EXPECT_THAT(sends(), ElementsAre("XREAD COUNT 100 STREAMS rides 5-1"));
    arrives(entries(2, 2));
    EXPECT_EQ(chunk(), records(2, 2));
}

TEST_F(RedisPipelineDeathTest, StopsAProgramThatUsesItInTheWrongOrder) {
    std::vector<Record> found;
    std::vector<RecordId> foreign;
    EXPECT_DEATH(pipeline.take_appended(), "an append was begun");
    EXPECT_DEATH((void)pipeline.has_chunk(), "a read was begun");
    EXPECT_DEATH(pipeline.take_chunk(found, foreign), "a read was begun");
    EXPECT_DEATH((void)pipeline.expected(), "a reply is received only to a request");
    EXPECT_DEATH(pipeline.take({}), "a reply belongs to a request");
    EXPECT_DEATH(pipeline.read({}, {.records_max = 0}, 0ms), "at least one record");
    EXPECT_DEATH(pipeline.read({}, {.bytes_max = 0}, 0ms), "one byte");
    EXPECT_DEATH(pipeline.append(id(2), records(2, 3)), "the ids of records to append rise");
}

}  // namespace contrail::redis
