#include "redis/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace contrail::redis {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Replies as Redis 5, 6 and 7 write them.
TEST(RedisErrorReply, TellsLaterFromNever) {
    const struct {
        std::string reply;
        Retry retry;
        std::string advice;
    } cases[] = {
        {"LOADING Redis is loading the dataset in memory", Retry::call, "when it is done"},
        {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
         Retry::call, "SCRIPT KILL"},
        {"OOM command not allowed when used memory > 'maxmemory'.", Retry::call, "maxmemory"},
        {"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
         Retry::call, "disk"},
        {"READONLY You can't write against a read only replica.", Retry::call, "master"},
        {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", Retry::call,
         "master"},
        {"ERR Script killed by user with SCRIPT KILL...", Retry::call, "SLOWLOG"},
        {"CLUSTERDOWN Hash slot not served", Retry::call, "lacks a master"},
        {"MOVED 3999 127.0.0.1:6381", Retry::call, "Another node"},
        {"ASK 3999 127.0.0.1:6381", Retry::call, "moves to another node"},
        {"TRYAGAIN Multiple keys request during rehashing of slot", Retry::call, "moves to another node"},
        {"ERR Script attempted to access a non local key in a cluster node", Retry::call,
         "moves to another node"},
        {"CROSSSLOT Keys in request don't hash to the same slot", Retry::never, "redis+cluster://"},
        {"ERR SELECT is not allowed in cluster mode", Retry::never, "only database 0"},
        {"NOREPLICAS Not enough good replicas to write.", Retry::call, "min-replicas-to-write"},
        {"UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
         Retry::call, "role"},
        {"ERR max number of clients reached", Retry::call, "maxclients"},
        {"ERR max number of clients + cluster connections reached", Retry::call, "maxclients"},

        {"NOAUTH Authentication required.", Retry::never, "password"},
        {"WRONGPASS invalid username-password pair or user is disabled.", Retry::never, "password"},
        {"ERR invalid password", Retry::never, "password"},
        {"ERR AUTH <password> called without any password configured for the default user. Are you sure?",
         Retry::never, "remove the password"},
        {"ERR Client sent AUTH, but no password is set", Retry::never, "remove the password"},
        {"ERR wrong number of arguments for 'auth' command", Retry::never, "password alone"},
        {"NOPERM this user has no permissions to run the 'eval' command", Retry::never, "XADD"},
        {"ERR The user executing the script can't run this command or subcommand", Retry::never, "XADD"},
        {"WRONGTYPE Operation against a key holding the wrong kind of value", Retry::never,
         "another stream name"},
        {"ERR Protocol error: unauthenticated multibulk length", Retry::never, "requires a password"},
        {"OTHEROWNER consumer mailer belongs to database a (1), and this program keeps its checkpoint in b (2)",
         Retry::never, "consumer move"},
        {"OTHEROUTBOX outbox 1 (database a) feeds it, not outbox 2 (database b)", Retry::never,
         "contrail adopt"},
        {"ERR invalid DB index", Retry::never, "database number"},
        {"ERR DB index is out of range", Retry::never, "database number"},
        {"DENIED Redis is running in protected mode because …", Retry::never, "protected mode"},
        {"ERR unknown command 'XADD'", Retry::never, "Redis 5"},
        {"ERR Unknown Redis command called from script", Retry::never, "rename-command"},
        {"ERR syntax error", Retry::never, "server's log"},
        {"BUSYGROUP Consumer Group name already exists", Retry::never, "server's log"},
        {"LOADINGS", Retry::never, "server's log"},
        {"", Retry::never, "server's log"},
    };
    for (const auto& [reply, retry, advice] : cases) {
        SCOPED_TRACE(reply);
        const Error error = error_of_reply(reply);
        EXPECT_EQ(error.retry(), retry);
        EXPECT_THAT(error.what(), StartsWith("replied \"" + reply + "\". "));
        EXPECT_THAT(error.what(), HasSubstr(advice));
    }
}

TEST(RedisErrorReply, IsTheSameInsideAScript) {
    for (
        const std::string reply :
        {"OOM command not allowed.",
         "ERR Error running script (call to f_1a2b): @user_script:5: OOM command not allowed.",
         "OOM command not allowed. script: 1a2b, on @user_script:5.",
         "ERR Error running script (call to f_1a2b): @user_script:5: OOM command not allowed.\n",
         "ERR Error running script (call to f_1a2b): @user_script:5: @user_script: 5: -OOM command not allowed.",
         "@user_script: 5: -OOM command not allowed.\n"}) {
        SCOPED_TRACE(reply);
        EXPECT_EQ(error_of_reply(reply).retry(), Retry::call);
        EXPECT_THAT(error_of_reply(reply).what(), StartsWith("replied \"OOM command not allowed.\". "));
    }
}

TEST(RedisErrorReply, NamesARenamedCommandAsTheCauseInsideAScript) {
    for (const std::string reply :
         {"ERR Error running script (call to f_1a2b): @user_script:5: @user_script: 5: Unknown Redis command "
          "called "
          "from Lua script",
          "ERR Unknown Redis command called from script script: 1a2b, on @user_script:5."}) {
        SCOPED_TRACE(reply);
        EXPECT_EQ(error_of_reply(reply).retry(), Retry::never);
        EXPECT_THAT(error_of_reply(reply).what(), HasSubstr("rename-command"));
    }
}

TEST(RedisErrorReply, IsNotQuotedWithTheArgumentsThatItEchoes) {
    for (const std::string reply : {"ERR unknown command `AUTH`, with args beginning with: `s3cr3t`, ",
                                    "ERR unknown command 'AUTH', with args beginning with: 's3cr3t' "}) {
        EXPECT_THAT(error_of_reply(reply).what(), Not(HasSubstr("s3cr3t")));
        EXPECT_THAT(error_of_reply(reply).what(), HasSubstr("Redis 5"));
    }
}

}  // namespace contrail::redis
