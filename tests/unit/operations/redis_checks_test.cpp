#include <gtest/gtest.h>

#include "operations/doctor/checks.hpp"
#include "unit/operations/verdicts.hpp"

namespace contrail::operations::doctor {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

const RedisCli cli(redis::parse_url("redis://db.example.com"));
const redis::Keys rides(StreamName("rides"));

RedisServer server(const std::string& version = "7.0.15") {
    return {.name = "Redis", .version = version, .compatible = version};
}

}  // namespace

TEST(RedisVersion, IsFiveOrNewer) {
    const std::pair<const char*, Verdict> cases[] = {
        {"4.0.14", fails}, {"5.0.0", fine}, {"6.2.7", fine}, {"7.0.15", fine}, {"10.1", fine}, {"", fails},
    };
    for (const auto& [version, expected] : cases)
        EXPECT_EQ(verdict_of(judge(server(version), cli), "redis.version"), expected) << version;
}

TEST(RedisVersion, OfAnotherServerIsThatOfTheRedisItIsLike) {
    const RedisServer valkey{.name = "Valkey", .version = "8.1.0", .compatible = "7.2.4"};
    const Finding version = finding(judge(valkey, cli), "redis.version");
    EXPECT_EQ(version.verdict, fine);
    EXPECT_EQ(version.found, "Valkey 8.1.0");
}

TEST(RedisRole, HasToBeAMasterAndOfAClusterOnlyIfTheUrlSaysSo) {
    RedisServer node = server();
    node.cluster = true;
    RedisServer cluster = node;
    cluster.found_in_cluster = true;
    RedisServer replica = server();
    replica.replica_of = "10.0.0.1:6379";
    EXPECT_EQ(verdict_of(judge(server(), cli), "redis.role"), fine);
    EXPECT_EQ(verdict_of(judge(node, cli), "redis.role"), fails);
    EXPECT_EQ(verdict_of(judge(cluster, cli), "redis.role"), fine);
    EXPECT_EQ(verdict_of(judge(replica, cli), "redis.role"), fails);
    EXPECT_THAT(
        finding(judge(replica, cli), "redis.role").fix,
        ElementsAre("LOG_URL=redis://10.0.0.1:6379", "redis-cli -h db.example.com -p 6379 REPLICAOF NO ONE"));
}

TEST(RedisClusterCheck, WantsEverySlotServedAndAReplica) {
    EXPECT_EQ(verdict_of(judge(RedisCluster{.replicas = 1}, cli), "redis.cluster"), fine);
    EXPECT_EQ(verdict_of(judge(RedisCluster{}, cli), "redis.cluster"), warns);
    EXPECT_EQ(verdict_of(judge(RedisCluster{.slots_down = 7, .replicas = 1}, cli), "redis.cluster"), fails);
    EXPECT_EQ(verdict_of(judge(RedisCluster{.well = false, .replicas = 1}, cli), "redis.cluster"), fails);
}

TEST(RedisSentinelsCheck, WantsThreeThatAgreeAndAReplica) {
    const RedisSentinels well{.masters = {"a:1"}, .watching = 3, .quorum = 2, .replicas = 1};
    EXPECT_EQ(verdict_of(judge(well), "redis.sentinels"), fine);
    EXPECT_EQ(verdict_of(judge(well), "redis.failover"), fine);

    const RedisSentinels cases[] = {
        {.silent = {"one"}, .masters = {"a:1"}, .watching = 3, .quorum = 2},
        {.masters = {"a:1", "b:1"}, .watching = 3, .quorum = 2},
        {.masters = {"a:1"}, .watching = 2, .quorum = 2},
        {.masters = {"a:1"}, .watching = 3, .quorum = 4},
    };
    for (const RedisSentinels& each : cases) {
        EXPECT_EQ(verdict_of(judge(each), "redis.sentinels"), warns);
        EXPECT_EQ(verdict_of(judge(each), "redis.failover"), warns);
    }
    EXPECT_EQ(verdict_of(judge(RedisSentinels{.silent = {"one", "two"}}), "redis.sentinels"), fails);
}

TEST(RedisTransport, IsTlsOrStaysOnTheMachine) {
    struct Case {
        bool local, tls, checked;
        Verdict expected;
    };
    const Case cases[] = {
        {true, false, true, fine},   {true, true, false, fine},   {false, true, true, fine},
        {false, true, false, warns}, {false, false, true, warns},
    };
    for (const Case& each : cases) {
        RedisServer one = server();
        one.local = each.local;
        one.tls = each.tls;
        one.certificate_checked = each.checked;
        EXPECT_EQ(verdict_of(judge(one, cli), "redis.transport"), each.expected)
            << each.local << each.tls << each.checked;
    }
}

TEST(RedisPassword, IsNeededOverTheNetwork) {
    struct Case {
        bool local, password;
        Verdict expected;
    };
    for (const Case& each :
         {Case{true, false, fine}, {true, true, fine}, {false, true, fine}, {false, false, warns}}) {
        RedisServer one = server();
        one.local = each.local;
        one.password = each.password;
        EXPECT_EQ(verdict_of(judge(one, cli), "redis.password"), each.expected);
    }
}

TEST(RedisDurability, WarnsOfWhatACrashTakesBack) {
    struct Case {
        RedisDurability durability;
        Verdict appendonly, appendfsync, disk;
    };
    const Case cases[] = {
        {{true, "always"}, fine, fine, fine},
        {{true, "everysec"}, fine, warns, fine},
        {{true, "no"}, fine, warns, fine},
        {{false, "everysec"}, warns, fine, fine},  // nothing is appended, so this is no matter
        {{true, std::nullopt}, fine, fine, fine},  // no part may read it
        {{true, "always", RedisDurability::Disk::refuses}, fine, fine, fails},
        {{true, "always", RedisDurability::Disk::failed}, fine, fine, warns},
    };
    for (const Case& each : cases) {
        const Findings findings = judge(each.durability, cli);
        EXPECT_EQ(verdict_of(findings, "redis.appendonly"), each.appendonly);
        EXPECT_EQ(verdict_of(findings, "redis.appendfsync"), each.appendfsync);
        EXPECT_EQ(verdict_of(findings, "redis.disk"), each.disk);
    }
}

TEST(RedisDurability, ThatIsNotVisibleNamesTheCommandThatShowsIt) {
    EXPECT_THAT(finding(judge(RedisDurability{true, std::nullopt}, cli), "redis.appendfsync").found,
                AllOf(HasSubstr("not visible to user default"), HasSubstr("CONFIG GET appendfsync")));
}

TEST(RedisDurability, IsFixedForGood) {
    const Finding one = finding(judge(RedisDurability{true, "everysec"}, cli), "redis.appendfsync");
    EXPECT_THAT(one.fix, ElementsAre("redis-cli -h db.example.com -p 6379 CONFIG SET appendfsync always",
                                     "redis-cli -h db.example.com -p 6379 CONFIG REWRITE"));
    RedisCli without_file = cli;
    without_file.has_config_file(false);
    EXPECT_THAT(finding(judge(RedisDurability{true, "everysec"}, without_file), "redis.appendfsync").fix,
                ElementsAre("redis-cli -h db.example.com -p 6379 CONFIG SET appendfsync always",
                            "redis-server --appendfsync always"));
}

TEST(RedisMemory, IsBoundedAndNotNearTheBound) {
    struct Case {
        std::uint64_t used, max;
        Verdict expected;
    };
    for (const Case& each : {Case{50, 100, fine},
                             {79, 100, fine},
                             {80, 100, warns},
                             {89, 100, warns},
                             {90, 100, fails},
                             {120, 100, fails},
                             {50, 0, warns}}) {
        const Findings findings =
            judge(RedisMemory{.used = each.used, .max = each.max, .machine = 1'000}, cli);
        EXPECT_EQ(verdict_of(findings, "redis.maxmemory"), each.expected) << each.used << '/' << each.max;
    }
}

TEST(RedisMemory, IsGivenThreeQuartersOfTheMachine) {
    const Findings findings = judge(RedisMemory{.used = 1, .max = 0, .machine = 8ULL << 30}, cli);
    EXPECT_THAT(finding(findings, "redis.maxmemory").fix.front(),
                HasSubstr("CONFIG SET maxmemory 6442450944"));
}

TEST(RedisMemory, IsNotMadeByDroppingTheLog) {
    struct Case {
        const char* policy;
        std::uint64_t max;
        Verdict expected;
    };
    for (const Case& each : {Case{"noeviction", 100, fine},
                             {"allkeys-lru", 100, fails},
                             {"allkeys-random", 100, fails},
                             {"allkeys-lru", 0, warns},
                             {"volatile-lru", 100, warns}}) {
        const RedisMemory memory{.used = 1, .max = each.max, .machine = 100, .policy = each.policy};
        EXPECT_EQ(verdict_of(judge(memory, cli), "redis.maxmemory_policy"), each.expected) << each.policy;
    }
}

TEST(RedisReplicas, FollowCloselyOrAreTold) {
    struct Case {
        RedisReplicas::Replica replica;
        Verdict expected;
    };
    for (const Case& each : {Case{{"a:1", true, 0, 0}, fine},
                             {{"a:1", true, 10, 1 << 20}, fine},
                             {{"a:1", true, 11, 0}, warns},
                             {{"a:1", true, 0, (64ULL << 20) + 1}, warns},
                             {{"a:1", false, 0, 0}, warns}})
        EXPECT_EQ(verdict_of(judge(RedisReplicas{.replicas = {each.replica}}, cli), "redis.replicas"),
                  each.expected);
    EXPECT_EQ(verdict_of(judge(RedisReplicas{}, cli), "redis.replicas"), fine);
}

TEST(RedisReplicas, AreAsManyAsAreRequired) {
    struct Case {
        std::optional<std::uint64_t> required;
        std::uint64_t good;
        Verdict expected;
    };
    // A user that may not read the setting sees only how many replicas count, and that some must.
    const std::optional<std::uint64_t> some;
    for (const Case& each : {Case{0, 0, fine},
                             {1, 1, fine},
                             {1, 2, fine},
                             {2, 1, fails},
                             {1, 0, fails},
                             {some, 1, fine},
                             {some, 0, fails}}) {
        const RedisReplicas replicas{.required = each.required, .good = each.good};
        EXPECT_EQ(verdict_of(judge(replicas, cli), "redis.min_replicas"), each.expected);
    }
}

TEST(RedisKeys, AreOfTheirType) {
    struct Case {
        const char *stream, *positions;
        Verdict expected;
    };
    for (const Case& each : {Case{"stream", "hash", fine},
                             {"none", "none", fine},
                             {"stream", "none", fine},
                             {"list", "hash", fails},
                             {"stream", "string", fails}}) {
        const std::vector<RedisKey> keys{{"rides", "stream", each.stream},
                                         {"rides:positions", "hash", each.positions}};
        EXPECT_EQ(verdict_of(judge(keys, cli), "redis.keys"), each.expected)
            << each.stream << ' ' << each.positions;
    }
}

TEST(RedisPositions, AreThoseOfConsumers) {
    EXPECT_EQ(verdict_of(judge(RedisPositions{"rides:positions", {{}, 3}}, cli), "redis.positions"), fine);
    const Finding stray =
        finding(judge(RedisPositions{"rides:positions", {{"one: here"}, 3}}, cli), "redis.positions");
    EXPECT_EQ(stray.verdict, warns);
    EXPECT_EQ(stray.found, "not a position: one: here");
    EXPECT_THAT(stray.fix, ElementsAre("redis-cli -h db.example.com -p 6379 HDEL rides:positions 'one'"));
    const Finding forged =
        finding(judge(RedisPositions{"rides:positions", {{}, 200'000}}, cli), "redis.positions");
    EXPECT_EQ(forged.verdict, fails);
    EXPECT_EQ(forged.found, "200,000 names, more than 1,000");
}

TEST(RedisRights, ThatAreMissingAreNamedWithTheRuleThatGivesThem) {
    const RedisPermissions lacking{Part::consumer, rides, {"+xread", "+hset"}};
    const Finding one = finding(judge(lacking, cli), "redis.rights");
    EXPECT_EQ(one.verdict, fails);
    EXPECT_THAT(one.found, HasSubstr("lacks for a consumer: +xread +hset"));
    EXPECT_THAT(one.fix.front(), HasSubstr("ACL SETUSER default '" + acl_rules(Part::consumer, rides) + "'"));
    EXPECT_EQ(verdict_of(judge(RedisPermissions{Part::consumer, rides, {}}, cli), "redis.rights"), fine);
}

TEST(RedisCommands, AreWrittenForTheEndpoint) {
    struct Case {
        const char *url, *expected;
    };
    for (const Case& each :
         {Case{"redis://localhost", "redis-cli -h localhost -p 6379 PING"},
          {"redis://app:secret@db:6380/2", "redis-cli -h db -p 6380 -n 2 --user app --askpass PING"},
          {"redis://:secret@db", "redis-cli -h db -p 6379 --askpass PING"},
          {"rediss://db", "redis-cli -h db -p 6379 --tls PING"},
          {"unix:///run/redis.sock", "redis-cli -s /run/redis.sock PING"}})
        EXPECT_EQ(RedisCli(redis::parse_url(each.url))("PING"), each.expected);
}

}  // namespace contrail::operations::doctor
