#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "integration/postgres/is_error.hpp"
#include "postgres/adopt.hpp"
#include "redis/rebuild.hpp"
#include "redis/redis_log.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A log that one service feeds, and a second service that is configured with the same log.
class LogIdentity : public ::testing::Test {
protected:
    LogIdentity() {
        service.stage({"1", "2"});
        service.stream();
    }

    static Settings with_log_of(const Settings& settings) {
        Settings mistaken = fresh_settings();
        mistaken.log_url = settings.log_url;
        mistaken.stream_name = settings.stream_name;
        return mistaken;
    }

    static std::string id_of(const Pipeline& pipeline) {
        return postgres_outbox(pipeline.settings)->identity().id;
    }

    auto is_refusal() {
        return IsError(Retry::never, AllOf(HasSubstr("OTHEROUTBOX"), HasSubstr(id_of(service)),
                                           HasSubstr("Nothing was changed"), HasSubstr("contrail adopt")));
    }

    Pipeline service;
    Pipeline other{with_log_of(service.settings)};
};

TEST_F(LogIdentity, IsThatOfTheOutboxThatFeedsTheLog) {
    const auto fed_by = redis_log(service.settings)->fed_by();
    ASSERT_TRUE(fed_by);
    EXPECT_EQ(fed_by->id, id_of(service));
    EXPECT_THAT(fed_by->name, AllOf(HasSubstr("database \""), HasSubstr("schema \"contrail\"")));
}

TEST_F(LogIdentity, OutlivesAStreamerThatStartsAnew) {
    const std::string before = id_of(service);
    service.stage({"3"});
    service.stream();
    EXPECT_EQ(id_of(service), before);
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
}

TEST_F(LogIdentity, IsWrittenAgainAfterALoss) {
    service.redis.run({"FLUSHALL"});
    service.stage({"3"});
    service.stream();
    EXPECT_EQ(redis_log(service.settings)->fed_by()->id, id_of(service));
    EXPECT_EQ(redis_log(service.settings)->usage().sealed->offset, Offset{2})
        << "when the streamer found its place";
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
}

TEST_F(LogIdentity, StopsASecondOutboxAtItsStartAndNamesBoth) {
    other.stage({"9"});
    const auto error = error_of([&] { other.stream(); });
    EXPECT_THAT(error, is_refusal());
    EXPECT_THAT(error->what(), HasSubstr(id_of(other)));
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

// Both streamers found an empty log.
TEST_F(LogIdentity, StopsASecondOutboxThatFoundAnEmptyLog) {
    service.redis.run({"FLUSHALL"});
    const auto believing = redis_log(other.settings);
    believing->act_for({"42", "database \"other\""});
    service.stream();

    const Record record{{1, Offset{1}}, "create", "ride", "9"};
    believing->append_begin({}, {&record, 1});
    EXPECT_THAT(error_of([&] { believing->append_end(); }), is_refusal());
    EXPECT_THAT(error_of([&] { believing->restart({}, {1, Offset{7}}); }), is_refusal());
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

TEST_F(LogIdentity, KeepsAnotherOutboxesRetentionAway) {
    service.consume("distance");
    const auto outbox = postgres_outbox(other.settings);
    const auto log = redis_log(other.settings);
    Retention retention(*outbox, *log, system_clock(), {});
    EXPECT_THAT(error_of([&] { retention.run_once(); }), is_refusal());
    EXPECT_THAT(outbox->registry().consumers(), IsEmpty()) << "they are the service's";
    EXPECT_THAT(error_of([&] { log->forget(ConsumerName("distance")); }), is_refusal());
    EXPECT_EQ(redis_log(service.settings)->reports().positions.size(), 1U);
}

TEST_F(LogIdentity, KeepsAnotherOutboxesRebuildAway) {
    service.redis.run({"XDEL", service.settings.stream_name, service.logged().front().id.to_string()});
    const auto outbox = postgres_outbox(other.settings);
    redis::RedisLog log(redis::endpoint_of(other.settings), StreamName(other.settings.stream_name));
    EXPECT_THAT(error_of([&] { redis::scan_stream(log, *outbox); }), is_refusal());

    const auto own = postgres_outbox(service.settings);
    redis::RedisLog own_log(redis::endpoint_of(service.settings), StreamName(service.settings.stream_name));
    const auto found = redis::scan_stream(own_log, *own);
    EXPECT_THAT(error_of([&] { redis::rebuild(service.settings, *outbox, found); }), is_refusal());
    redis::rebuild(service.settings, *own, found);
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

TEST_F(LogIdentity, PassesToAnotherOutboxByAdoptionAlone) {
    other.stage({"9"});
    const auto plan = postgres::plan_adoption(other.settings, *redis_log(other.settings));
    EXPECT_TRUE(plan.reassigns_log);
    EXPECT_EQ(plan.fed_by->id, id_of(service));
    EXPECT_EQ(redis_log(service.settings)->fed_by()->id, id_of(service)) << "a plan changes nothing";

    postgres::adopt(other.settings, *redis_log(other.settings));
    EXPECT_EQ(redis_log(service.settings)->fed_by()->id, id_of(other));
    other.stream();
    EXPECT_THAT(other.logged_data(), ElementsAre("1", "2", "9"));

    service.stage({"3"});
    EXPECT_THAT(error_of([&] { service.stream(); }), IsError(Retry::never, HasSubstr("OTHEROUTBOX")));
    EXPECT_THAT(other.logged_data(), ElementsAre("1", "2", "9"));
}

TEST_F(LogIdentity, IsMissedWhereRecordsAre) {
    service.redis.run({"DEL", service.settings.stream_name + ":identity"});
    service.stage({"3"});
    EXPECT_THAT(
        error_of([&] { service.stream(); }),
        IsError(Retry::never, AllOf(HasSubstr("no outbox feeds this log"), HasSubstr(id_of(service)))));

    const auto adopted = postgres::adopt(service.settings, *redis_log(service.settings));
    EXPECT_TRUE(adopted.keeps_records);
    EXPECT_THAT(adopted.reason, HasSubstr("does not say which outbox feeds it"));
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
}

// The restored outbox and the one from which the dump came would otherwise have one identity.
TEST_F(LogIdentity, IsANewOneAfterARestoreIntoAnotherCluster) {
    const std::string before = id_of(service);
    service.database.run("UPDATE contrail.cluster_identity SET system_identifier = 42");
    postgres::adopt(service.settings, *redis_log(service.settings));
    EXPECT_NE(id_of(service), before);
    EXPECT_EQ(redis_log(service.settings)->fed_by()->id, id_of(service));
    service.stage({"3"});
    service.stream();
    EXPECT_EQ(service.logged_data().back(), "3");
}

}  // namespace contrail::test
