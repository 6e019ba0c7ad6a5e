#include "servers/private_redis.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::servers {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// Sends one command to the socket in `url`; returns the reply up to its end, or "no answer".
std::string ask(const std::string& url, const std::string& command) {
    const std::string path = url.substr(7, url.find('?') - 7);
    const FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(connection.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        return "no answer";
    const std::string line = command + "\r\n";
    EXPECT_EQ(::write(connection.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    std::array<char, 512> reply{};
    const ssize_t length = ::read(connection.get(), reply.data(), reply.size());
    return {reply.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

class Redis : public testing::Test {
protected:
    std::string ask(const std::string& command) const { return servers::ask(redis.url(), command); }

    TemporaryDirectory folder;
    PrivateRedis redis{{folder.path() / "redis", true, {{"maxclients", "77"}}}};
};

TEST_F(Redis, AnswersAtOnceWithDurableSettings) {
    EXPECT_THAT(redis.url(), AllOf(StartsWith("unix:///"), HasSubstr("/redis.sock?db=0")));
    EXPECT_EQ(ask("PING"), "+PONG\r\n");
    EXPECT_THAT(ask("CONFIG GET appendfsync"), HasSubstr("always"));
    EXPECT_THAT(ask("CONFIG GET maxmemory-policy"), HasSubstr("noeviction"));
    EXPECT_EQ(ask("CONFIG GET save"), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
    EXPECT_THAT(ask("CONFIG GET port"), HasSubstr("$1\r\n0\r\n"));
    EXPECT_THAT(ask("CONFIG GET maxclients"), HasSubstr("77"));
}

TEST_F(Redis, KeepsItsDataOverStopAndStart) {
    ask("SET kept here");
    redis.stop();
    EXPECT_EQ(ask("PING"), "no answer");
    redis.start();
    EXPECT_THAT(ask("GET kept"), HasSubstr("here"));
}

TEST_F(Redis, KeepsItsDataOverKillAndStart) {
    ask("SET kept here");
    redis.kill();
    EXPECT_EQ(ask("PING"), "no answer");
    redis.start();
    EXPECT_THAT(ask("GET kept"), HasSubstr("here"));
}

TEST_F(Redis, KnowsThatItDiedAndStartsAgain) {
    EXPECT_TRUE(redis.running());
    redis.process().signal(SIGKILL);
    redis.process().wait();
    EXPECT_FALSE(redis.running());
    redis.start();
    EXPECT_EQ(ask("PING"), "+PONG\r\n");
}

TEST_F(Redis, RefusesASecondServerInTheFolderAndRunsOn) {
    try {
        const PrivateRedis second({folder.path() / "redis", true, {}});
        FAIL() << "it started";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr(folder.path().string()), HasSubstr("another one runs there")));
    }
    EXPECT_EQ(ask("PING"), "+PONG\r\n");
}

TEST(PrivateRedis, ForgetsAllWithoutAnAppendOnlyFile) {
    const TemporaryDirectory folder;
    PrivateRedis redis({folder.path() / "redis", false, {}});
    ask(redis.url(), "SET lost here");
    redis.stop();
    redis.start();
    EXPECT_EQ(ask(redis.url(), "GET lost"), "$-1\r\n");
}

TEST(PrivateRedis, LivesInAFolderTooLongForASocket) {
    const TemporaryDirectory folder;
    const PrivateRedis redis({folder.path() / std::string(60, 'a') / std::string(60, 'b'), true, {}});
    EXPECT_THAT(redis.url(), StartsWith("unix:///tmp/contrail-"));
    EXPECT_EQ(ask(redis.url(), "PING"), "+PONG\r\n");
}

TEST(PrivateRedis, ShowsItsLogIfItDoesNotStart) {
    const TemporaryDirectory folder;
    try {
        const PrivateRedis redis({folder.path() / "redis", true, {{"maxmemory-policy", "whatever"}}});
        FAIL() << "it started";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(StartsWith("Redis in "), HasSubstr("exited with status 1"),
                                        HasSubstr("maxmemory-policy")));
    }
}

}  // namespace
}  // namespace contrail::servers
