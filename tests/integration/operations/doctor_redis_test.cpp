#include <gmock/gmock.h>

#include "contrail/redis.hpp"
#include "integration/operations/findings.hpp"
#include "integration/redis/redis_server.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_redis.hpp"
#include "support/cluster_servers.hpp"
#include "support/sentinel_servers.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A Redis of the test's own, and an outbox beside it.
class DoctorAtRedis : public ::testing::Test {
protected:
    explicit DoctorAtRedis(std::map<std::string, std::string> redis_settings = {})
        : redis({.data_dir = directory.path() / "redis",
                 .append_only = true,
                 .settings = std::move(redis_settings)}) {
        settings.log_url = redis.url();
    }

    doctor::Finding finding(std::string_view check) { return test::finding(diagnose(settings), check); }

    servers::TemporaryDirectory directory;
    servers::PrivateRedis redis;
    AdminRedis admin{redis.url()};
    Settings settings = fresh_settings();
};

class DoctorAtAWellSetRedis : public DoctorAtRedis {
protected:
    DoctorAtAWellSetRedis() : DoctorAtRedis({{"maxmemory", "1gb"}}) {}
};

TEST_F(DoctorAtAWellSetRedis, FindsNothingWrong) {
    const auto diagnosis = diagnose(settings);
    for (const auto& each : diagnosis.findings)
        if (each.check.starts_with("redis.")) {
            EXPECT_EQ(each.verdict, Verdict::ok) << each.check << ": " << each.found;
        }
}

TEST_F(DoctorAtRedis, FindsEverySettingThatIsBad) {
    admin.run({"CONFIG", "SET", "appendonly", "no"});
    admin.run({"CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"});
    admin.run({"CONFIG", "SET", "min-replicas-to-write", "1"});
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "redis.appendonly").verdict, Verdict::warning);
    EXPECT_EQ(test::finding(diagnosis, "redis.maxmemory_policy").verdict, Verdict::error);
    EXPECT_EQ(test::finding(diagnosis, "redis.min_replicas").verdict, Verdict::error);
    EXPECT_EQ(test::finding(diagnosis, "redis.min_replicas").found, "0 of 1 required");
}

// What the doctor prescribes, helps.
TEST_F(DoctorAtRedis, IsContentAfterItsAdviceWasFollowed) {
    admin.run({"CONFIG", "SET", "appendfsync", "everysec"});
    EXPECT_EQ(finding("redis.appendfsync").verdict, Verdict::warning);
    EXPECT_THAT(finding("redis.appendfsync").fix.front(), HasSubstr("CONFIG SET appendfsync always"));
    admin.run({"CONFIG", "SET", "appendfsync", "always"});
    EXPECT_EQ(finding("redis.appendfsync").verdict, Verdict::ok);
}

TEST_F(DoctorAtRedis, MeasuresMemoryAgainstItsBound) {
    const auto used = std::stoull(
        admin.run({"EVAL", "return redis.call('INFO', 'memory'):match('used_memory:(%d+)')", "0"}));
    admin.run({"CONFIG", "SET", "maxmemory", std::to_string(used * 10)});
    EXPECT_EQ(finding("redis.maxmemory").verdict, Verdict::ok);
    admin.run({"CONFIG", "SET", "maxmemory", std::to_string(used * 8 / 10)});
    EXPECT_EQ(finding("redis.maxmemory").verdict, Verdict::error);
}

class DoctorAtARedisWithRenamedCommands : public DoctorAtRedis {
protected:
    DoctorAtARedisWithRenamedCommands() : DoctorAtRedis({{"rename-command XTRIM", "gone"}}) {}
};

TEST_F(DoctorAtARedisWithRenamedCommands, NamesThemAndSaysWhatToDo) {
    EXPECT_EQ(finding("redis.commands").verdict, Verdict::error);
    EXPECT_EQ(finding("redis.commands").found, "unknown to this server: xtrim");
    EXPECT_EQ(finding("redis.rights").verdict, Verdict::ok);
    const auto log = redis_log(settings);
    try {
        log->trim({1, Offset{1}});
        FAIL() << "it trimmed";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("remove rename-command"));
    }
}

TEST_F(DoctorAtRedis, SeesAReplica) {
    admin.run({"REPLICAOF", "127.0.0.1", "1"});
    EXPECT_EQ(finding("redis.role").verdict, Verdict::error);
    EXPECT_EQ(finding("redis.role").found, "replica of 127.0.0.1:1");
}

// A replica reaches its master by TCP only.
TEST(DoctorAtAMaster, SeesWhoFollows) {
    RedisServer master;
    const std::string port = master.open_port("port");
    const servers::TemporaryDirectory directory;
    const servers::PrivateRedis replica(
        {.data_dir = directory.path() / "replica", .append_only = false, .settings = {}});
    AdminRedis(replica.url()).run({"REPLICAOF", "127.0.0.1", port});
    master.run({"SET", "key", "value"});
    master.run({"WAIT", "1", "0"});

    Settings settings = fresh_settings();
    settings.log_url = master.url();
    EXPECT_EQ(finding(diagnose(settings), "redis.replicas").found, "1 follow closely");
}

TEST_F(DoctorAtRedis, SeesAKeyThatIsSomethingElse) {
    admin.run({"SET", settings.stream_name, "mine"});
    EXPECT_EQ(finding("redis.keys").verdict, Verdict::error);
    EXPECT_EQ(finding("redis.keys").found, settings.stream_name + " is a string, not a stream");
    EXPECT_EQ(finding("log.place").found, "could not be checked");
    EXPECT_THAT(finding("log.place").why, HasSubstr("WRONGTYPE"));

    admin.run({"DEL", settings.stream_name});
    for (const std::string beside : {":identity", ":rebuild"}) {
        admin.run({"SET", settings.stream_name + beside, "mine"});
        EXPECT_THAT(finding("redis.keys").found,
                    HasSubstr(settings.stream_name + beside + " is a string, not a "));
        admin.run({"DEL", settings.stream_name + beside});
    }
}

TEST_F(DoctorAtRedis, SeesWhatIsNoPosition) {
    admin.run({"HSET", settings.stream_name + ":positions", "mailer", "here"});
    EXPECT_EQ(finding("redis.positions").verdict, Verdict::warning);
    EXPECT_EQ(finding("redis.positions").found, "not a position: mailer: here");
}

TEST_F(DoctorAtRedis, SeesRightsThatAreMissing) {
    admin.run({"ACL", "SETUSER", "poor", "on", ">secret", "~*", "+@all", "-xadd", "-xtrim", "-config"});
    settings.log_url.insert(settings.log_url.find("//") + 2, "poor:secret@");
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "redis.rights").verdict, Verdict::error);
    EXPECT_THAT(test::finding(diagnosis, "redis.rights").found,
                HasSubstr("lacks for a streamer: +xadd +xtrim"));
    EXPECT_THAT(test::finding(diagnosis, "redis.appendfsync").found, HasSubstr("not visible to user poor"));
    // Nothing that it tried has left a trace.
    EXPECT_EQ(admin.run({"DBSIZE"}), "0");
}

TEST_F(DoctorAtRedis, GoesOnWithPostgresWhereRedisIsAway) {
    redis.stop();
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "redis.reachable").verdict, Verdict::error);
    EXPECT_FALSE(has(diagnosis, "redis.version"));
    EXPECT_THAT(test::finding(diagnosis, "redis.reachable").why, HasSubstr("Redis at unix://"));
    EXPECT_TRUE(has(diagnosis, "postgres.schema"));
    EXPECT_TRUE(has(diagnosis, "clock.postgres"));
}

TEST_F(DoctorAtRedis, NeverShowsAPassword) {
    admin.run({"ACL", "SETUSER", "app", "on", ">s3cret", "~*", "+@all"});
    for (const std::string password : {"s3cret", "wr0ng-s3cret"}) {
        Settings with_password = settings;
        with_password.log_url.insert(settings.log_url.find("//") + 2, "app:" + password + "@");
        EXPECT_THAT(to_json(diagnose(with_password)), ::testing::Not(HasSubstr("s3cret")));
    }
}

TEST(DoctorAtSentinels, LooksAtThemAndAtTheMasterThatTheyName) {
    Settings settings = fresh_settings();
    settings.log_url = shared_sentinels().url();
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "redis.role").found, "master");
    EXPECT_EQ(test::finding(diagnosis, "redis.replicas").found, "2 follow closely");
    EXPECT_EQ(test::finding(diagnosis, "redis.sentinels").verdict, Verdict::ok);
    EXPECT_EQ(test::finding(diagnosis, "redis.failover").found, "2 replicas could take over");
    EXPECT_THAT(test::finding(diagnosis, "redis.appendonly").fix.front(),
                HasSubstr("-p " + std::to_string(
                                      redis::parse_url(shared_sentinels().master().redis.tcp_url()).port)));

    shared_sentinels().freeze_sentinel(1);
    const auto without = diagnose(settings);
    shared_sentinels().continue_sentinel(1);
    EXPECT_EQ(test::finding(without, "redis.sentinels").verdict, Verdict::warning);
    EXPECT_THAT(test::finding(without, "redis.sentinels").found, HasSubstr("did not reply"));
}

TEST(DoctorInACluster, LooksAtTheMasterOfTheLogsSlot) {
    Settings settings = fresh_settings();
    settings.log_url = shared_cluster().url();
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "redis.role").found, "master");
    EXPECT_EQ(test::finding(diagnosis, "redis.cluster").found, "1 replicas could take over");
    EXPECT_EQ(test::finding(diagnosis, "redis.rights").verdict, Verdict::ok);
    EXPECT_EQ(test::finding(diagnosis, "log.place").verdict, Verdict::ok);
    const auto port = shared_cluster().owner(settings.stream_name).port;
    EXPECT_THAT(test::finding(diagnosis, "redis.appendonly").fix.front(),
                HasSubstr("-p " + std::to_string(port) + ' '));
}

}  // namespace contrail::test
