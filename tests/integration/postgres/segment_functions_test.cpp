// What a consumer with segments calls in SQL: claims, the key and its hash, and what keeps older programs out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "contrail/postgres.hpp"
#include "contrail/record_key.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class SegmentFunctions : public ::testing::Test {
protected:
    SegmentFunctions() { session.run("SELECT contrail.register('mailer', 'rides', '7-3')"); }

    void split_into(int count) {
        for (int now = 1; now < count; now *= 2)
            session.run("SELECT contrail.split_segments('mailer', 'rides', " + std::to_string(now) + ")");
    }

    std::string claim(const std::string& instance, const std::string& more = "") {
        return session.value("SELECT contrail.claim_segments('mailer', 'rides', '" + instance + "'" + more +
                             ")");
    }

    /// How many each has, in the order of their names, once all have called often enough.
    std::string shares(const std::vector<std::string>& instances) {
        for (std::size_t round = 0; round < 2 * instances.size(); ++round)
            for (const std::string& instance : instances) claim(instance);
        EXPECT_EQ(
            session.value(
                "SELECT count(*) FROM (SELECT unnest(segments) FROM contrail.consumer_instances GROUP BY 1 "
                "HAVING count(*) > 1) AS twice"),
            "0");
        return session.value(
            "SELECT string_agg(cardinality(segments)::text, ' ' ORDER BY cardinality(segments) DESC) "
            "FROM contrail.consumer_instances");
    }

    const Settings settings = fresh_settings();
    AdminPostgres session{settings.database_url};
};

TEST_F(SegmentFunctions, ComputeTheKeyAsTheLibraryDoes) {
    session.run("CREATE TABLE records (data text, key text)");
    const auto check = [&](const std::string& data, const std::optional<std::string>& key = {}) {
        const std::string expected =
            record_key({.id = {}, .action = "create", .object = "ride", .data = data, .key = key});
        session.run("TRUNCATE records; INSERT INTO records VALUES ($data$" + data + "$data$, " +
                    (key ? "$key$" + *key + "$key$" : "NULL") + ")");
        EXPECT_EQ(session.value("SELECT contrail.record_key('ride', data, key) FROM records"), expected)
            << data;
        EXPECT_EQ(
            session.value("SELECT contrail.key_hash(contrail.record_key('ride', data, key)) FROM records"),
            std::to_string(key_hash(expected)));
    };
    check("{}", "rider 7");
    check(R"({"id": 1})", "");
    check("{}", std::string(255, 'x'));
    check(R"({"id": 521, "distance": 539.8})");
    check(R"({"id": 12345678901234567890123456789.50})");
    check(R"({"id": "Zürich \"東京\" \u0001 \ud83d\ude00"})");
    for (const char* data : {R"({"id": true})", R"({"id": null})", R"({"id": [1]})", R"({"id": {}})",
                             R"([{"id": 1}])", "7", "no JSON", R"({"id": "\ud83d"})"})
        check(data);
    check(R"({"a": )" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
}

TEST_F(SegmentFunctions, KeepOutAConsumerThatKnowsNothingOfSegments) {
    split_into(2);
    const auto begin = [&] { session.run("SELECT contrail.begin_batch('mailer', 'rides')"); };
    EXPECT_THAT(begin, ThrowsMessage<std::runtime_error>(
                           HasSubstr("consumer mailer of log rides has 2 segments, not 1")));
    session.run(
        "BEGIN; SELECT contrail.begin_segment('mailer', 'rides', 1, 2); "
        "SELECT contrail.advance('mailer', 'rides', '7-3', '7-5'); COMMIT; "
        "SELECT contrail.merge_segments('mailer', 'rides', 2)");
    EXPECT_THAT(begin, ThrowsMessage<std::runtime_error>(
                           HasSubstr("half of consumer mailer of log rides ahead, at 7-5")));
    session.run(
        "BEGIN; SELECT contrail.begin_segment('mailer', 'rides', 0, 1); "
        "SELECT contrail.advance('mailer', 'rides', '7-3', '7-5'); COMMIT");
    EXPECT_EQ(session.value("SELECT contrail.begin_batch('mailer', 'rides')"), "7-5");
}

TEST_F(SegmentFunctions, GiveAnInstanceAloneAllSegments) {
    EXPECT_EQ(claim("a"), "{0}") << "an ordinary consumer";
    split_into(8);
    EXPECT_EQ(claim("a"), "{0,1,2,3,4,5,6,7}");
    EXPECT_EQ(claim("b", ", workers_max => 3"), "{}");
    EXPECT_EQ(session.value("SELECT contrail.claim_segments('unknown', 'rides', 'a')"), "{}");
}

TEST_F(SegmentFunctions, ShareTheSegmentsFairly) {
    split_into(8);
    EXPECT_EQ(shares({"a"}), "8");
    EXPECT_EQ(shares({"a", "b"}), "4 4");
    EXPECT_EQ(shares({"a", "b", "c"}), "3 3 2");
    EXPECT_EQ(shares({"a", "b", "c", "d", "e", "f", "g", "h", "i"}), "1 1 1 1 1 1 1 1 0");
}

TEST_F(SegmentFunctions, LeaveToOthersWhatAnInstanceCannotTake) {
    split_into(8);
    for (int round = 0; round < 4; ++round) {
        claim("a", ", workers_max => 2");
        claim("b");
    }
    EXPECT_EQ(session.value("SELECT string_agg(cardinality(segments)::text, ' ' ORDER BY instance) "
                            "FROM contrail.consumer_instances"),
              "2 6");
}

TEST_F(SegmentFunctions, TakeOverFromAnInstanceThatIsSilentOrGone) {
    split_into(4);
    EXPECT_EQ(shares({"a", "b"}), "2 2");
    EXPECT_EQ(claim("b"), claim("b"));
    session.run(
        "UPDATE contrail.consumer_instances SET seen_at = seen_at - interval '4 s' WHERE instance = 'a'");
    EXPECT_EQ(shares({"b"}), "4");
    EXPECT_EQ(shares({"b", "c"}), "2 2");
    session.run("SELECT contrail.release_segments('mailer', 'rides', 'b')");
    EXPECT_EQ(shares({"c"}), "4");
}

TEST_F(SegmentFunctions, FollowASplitAndAMerge) {
    split_into(2);
    EXPECT_EQ(claim("a"), "{0,1}");
    session.run("SELECT contrail.split_segments('mailer', 'rides', 2)");
    EXPECT_EQ(claim("a"), "{0,1,2,3}");
    session.run("SELECT contrail.merge_segments('mailer', 'rides', 4)");
    EXPECT_EQ(claim("a"), "{0,1}");
}

TEST_F(SegmentFunctions, BoundTheNumberOfSegments) {
    split_into(1024);
    const auto split = [&] { session.run("SELECT contrail.split_segments('mailer', 'rides', 1024)"); };
    EXPECT_THAT(split, ThrowsMessage<std::runtime_error>(HasSubstr("segments_are_a_power_of_two")));
    EXPECT_EQ(session.value("SELECT count(*) FROM contrail.checkpoints"), "1024");
}

}  // namespace contrail::test
