#include "past_rides.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/error.hpp"
#include "ride.hpp"
#include "testing/memory_log.hpp"

namespace rocket_rides {
namespace {

using contrail::Offset;
using contrail::RecordId;
using ::testing::HasSubstr;

class APastRecord : public ::testing::Test {
protected:
    /// Two records are sealed in each millisecond.
    void log_holds(const std::string& action, const std::string& data, const std::string& object = "ride") {
        const std::uint64_t offset = server.head.offset.value + 1;
        server.records.push_back({{1'000 + offset / 2, {offset}}, action, object, data});
        server.head = server.records.back().id;
        server.sealed = server.head;
    }

    APastRecord() {
        log_holds("create", R"({"id": 1, "distance": 901.9})");
        log_holds("create", R"({"id": 2, "distance": 35.4})");
        log_holds("create", R"({"id": 3, "distance": 30.3})");
        log_holds("create", R"({"id": 3, "distance": 7})", "boat");
        log_holds("update", R"({"id": 1, "distance": 0.1, "previous_distance": 901.9})");
        log_holds("delete", R"({"id": 2, "previous_distance": 35.4})");
    }

    PastRides at(const Moment& moment, std::vector<PastRides::Consumer> consumers = {}) {
        return past_rides(log, moment, std::move(consumers));
    }

    std::string refusal(const Moment& moment) {
        try {
            at(moment);
            return "";
        } catch (const contrail::Error& error) {
            return error.what();
        }
    }

    contrail::testing::MemoryLogServer server;
    contrail::testing::MemoryLog log{server};
};

TEST_F(APastRecord, ShowsWhatTheRidesWereThen) {
    EXPECT_EQ(at(Offset{1}).total.distance, 901.9);
    EXPECT_EQ(at(Offset{4}).total.distance, 901.9 + 35.4 + 30.3);
    const PastRides last = at(Offset{6});
    EXPECT_EQ(last.last_id, server.head);
    EXPECT_EQ(last.total.count, 2U);
    EXPECT_TRUE(same_distance(last.total.distance, 30.4, 6));
    EXPECT_EQ(last.total.digest, digest_of(1, 0.1) + digest_of(3, 30.3)) << "whatever the way there";
    EXPECT_EQ(at(Offset{0}).last_id, RecordId{});
}

TEST_F(APastRecord, IsTheLastThatWasSealedByATime) {
    EXPECT_EQ(at(std::uint64_t{999}).last_id, RecordId{});
    EXPECT_EQ(at(std::uint64_t{1'000}).last_id.offset, Offset{1});
    EXPECT_EQ(at(std::uint64_t{1'001}).last_id.offset, Offset{3});
    EXPECT_EQ(at(std::uint64_t{1'500}).last_id, server.head) << "nothing was sealed since";
}

TEST_F(APastRecord, JudgesEachConsumerThatIsNotBeyondAtItsOwnRecord) {
    const PastRides past = at(Offset{4}, {{"late", server.records[5].id, 1, 0},
                                          {"right", server.records[1].id, 901.9 + 35.4, 0},
                                          {"new", RecordId{}, 0, 0},
                                          {"wrong", server.records[3].id, 1, 0}});
    ASSERT_EQ(past.consumers.size(), 3U);
    EXPECT_EQ(past.consumers[0].name, "new");
    EXPECT_TRUE(past.consumers[0].agrees());
    EXPECT_EQ(past.consumers[1].name, "right");
    EXPECT_EQ(past.consumers[1].expected, 901.9 + 35.4);
    EXPECT_TRUE(past.consumers[1].agrees());
    EXPECT_FALSE(past.consumers[2].agrees());
    EXPECT_FALSE(agree(past));
    EXPECT_THAT(to_text(past), HasSubstr("DISAGREE: 1 of 3 consumers."));
    EXPECT_THAT(to_json(past), HasSubstr(R"("agree":false)"));
}

TEST_F(APastRecord, IsRefusedIfARecordBeforeItIsMissing) {
    server.erase(server.records[2].id);
    EXPECT_EQ(at(Offset{1}).last_id.offset, Offset{1});
    EXPECT_THAT(refusal(Offset{3}), HasSubstr("the next record there is 1002-4, and offset 3 is missing"));
    server.trim(server.head);
    EXPECT_THAT(refusal(Offset{6}),
                HasSubstr("Cannot read the history after 0-0: the next record there is 1003-6"));
}

TEST_F(APastRecord, IsRefusedIfTheLogEndsBefore) {
    EXPECT_THAT(refusal(Offset{7}), HasSubstr("the log ends with 1003-6. Choose an earlier one."));
    EXPECT_THAT(refusal(std::uint64_t{4'000'000'000'000}), HasSubstr("that lies in the future"));
    server.lose_tail(1);
    EXPECT_EQ(at(std::uint64_t{1'001}).last_id.offset, Offset{3});
    EXPECT_THAT(refusal(std::uint64_t{1'003}), HasSubstr("lacks records that were sealed since"));
}

TEST(AMoment, IsAnOffsetARecordOrATime) {
    EXPECT_EQ(parse_moment("521"), Moment(Offset{521}));
    EXPECT_EQ(parse_moment("1700000000000-521"), Moment(Offset{521}));
    EXPECT_EQ(parse_moment("1970-01-01T00:00:01.5Z"), Moment(std::uint64_t{1'500}));
    for (const char* text : {"", "latest", "earliest", "-1", "5 ", "99999999999999999999", "yesterday"})
        EXPECT_FALSE(parse_moment(text)) << text;
}

}  // namespace
}  // namespace rocket_rides
