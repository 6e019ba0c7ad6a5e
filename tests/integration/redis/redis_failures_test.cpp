// Servers that are away, silent, gone in the middle, or not Redis.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/redis/fake_server.hpp"
#include "integration/redis/redis_server.hpp"
#include "redis/command.hpp"

namespace contrail::test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

constexpr redis::Timeouts impatient{.reply = 20ms};

}  // namespace

TEST(RedisFailure, AServerThatIsAwayIsCalledAgain) {
    std::string closed_port;
    { closed_port = FakeServer().url(); }
    for (const std::string& url : {closed_port, std::string("unix:///nowhere/redis.sock")}) {
        auto log = RedisServer::log_at(url);
        for (const auto& error :
             {error_of([&] { log.head(); }), error_of([&] { append(log, {}, rides(1, 1)); })}) {
            EXPECT_EQ(error.retry(), Retry::call);
            EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot be reached"), HasSubstr(url)));
        }
    }
}

TEST(RedisFailure, ASocketPathThatIsTooLongIsForGood) {
    auto log = RedisServer::log_at("unix:///" + std::string(200, 'x'));
    EXPECT_EQ(error_of([&] { log.head(); }).retry(), Retry::never);
}

TEST(RedisFailure, ASilentServerIsGivenUpAtTheDeadline) {
    const FakeServer silent;
    auto log = RedisServer::log_at(silent.url(), impatient);
    const auto error = error_of([&] { log.head(); });
    EXPECT_EQ(error.retry(), Retry::call);
    EXPECT_THAT(error.what(), HasSubstr("did not reply within 20 ms"));
    EXPECT_EQ(error_of([&] { append(log, {}, rides(1, 1)); }).retry(), Retry::in_doubt);
}

TEST(RedisFailure, AReadIsGivenUpWhenItsOwnTimeHasPassedToo) {
    const FakeServer silent;
    auto log = RedisServer::log_at(silent.url(), impatient);
    const auto begin = std::chrono::steady_clock::now();
    const auto error = error_of([&] { read(log, {}, 10, 30ms); });
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
    EXPECT_EQ(error.retry(), Retry::call);
    EXPECT_THAT(error.what(), HasSubstr("did not reply within 50 ms"));
}

TEST(RedisFailure, AServerThatSwallowsAndNeverAnswersIsGivenUpInTheMiddleOfAnAppend) {
    const FakeServer silent;  // whose buffers hold less than this
    auto log = RedisServer::log_at(silent.url(), impatient);
    const auto large = rides(1, 1, std::string(32U << 20U, 'x'));
    EXPECT_EQ(error_of([&] { append(log, {}, large); }).retry(), Retry::in_doubt);
}

TEST(RedisFailure, ASilentServerIsGivenUpInTheTlsHandshake) {
    const FakeServer silent;
    auto log = RedisServer::log_at(silent.url("rediss"), {.connect = 1s});
    const auto error = error_of([&] { log.head(); });
    EXPECT_EQ(error.retry(), Retry::call);
    EXPECT_THAT(error.what(), HasSubstr("TLS handshake"));
}

TEST(RedisFailure, AConnectionClosedInTheMiddleOfAnAnswerLeavesAnAppendInDoubt) {
    const std::string half = "$15\r\n170000";
    const FakeServer server({FakeServer::answer(half), FakeServer::answer(half), FakeServer::answer("")});
    auto log = RedisServer::log_at(server.url());
    EXPECT_EQ(error_of([&] { log.head(); }).retry(), Retry::call);
    EXPECT_EQ(error_of([&] { append(log, {}, rides(1, 1)); }).retry(), Retry::in_doubt);
    EXPECT_EQ(error_of([&] { read(log); }).retry(), Retry::call);
}

TEST(RedisFailure, AnAppendInDoubtIsFoundOutByAskingForTheHead) {
    RedisServer redis;
    const std::string path = redis.socket_path();
    const FakeServer server({FakeServer::lose_answer(path), FakeServer::relay(path)});
    auto log = RedisServer::log_at(server.url());

    const auto error = error_of([&] { append(log, {}, rides(1, 2)); });

    EXPECT_EQ(error.retry(), Retry::in_doubt);
    EXPECT_THAT(error.what(), HasSubstr("the log's head tells"));
    EXPECT_EQ(log.head(), ride_id(2));
    EXPECT_EQ(append(log, {}, rides(1, 2)), ride_id(2));
    EXPECT_EQ(log.usage().records, 2U);
}

TEST(RedisFailure, AnAppendWhoseAnswerWasNotFetchedIsInDoubtWhenTheNextCallFails) {
    const FakeServer server({FakeServer::answer("$15\r\n1700000000000-1\r\n")});
    auto log = RedisServer::log_at(server.url());
    log.append_begin({}, rides(1, 1));
    EXPECT_EQ(error_of([&] { log.usage(); }).retry(), Retry::in_doubt);
}

TEST(RedisFailure, AServerThatIsNotRedisIsForGood) {
    const FakeServer server({FakeServer::answer("HTTP/1.1 400 Bad Request\r\n\r\n")});
    auto log = RedisServer::log_at(server.url());
    const auto error = error_of([&] { log.head(); });
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(error.what(), HasSubstr("does not speak Redis's protocol"));
}

TEST(RedisFailure, ARestartIsSurvivedByTheSecondCall) {
    RedisServer redis(RedisServer::Data::on_disk);
    auto log = redis.log();
    append(log, {}, rides(1, 1));
    redis.process().stop();
    EXPECT_EQ(error_of([&] { log.head(); }).retry(), Retry::call);
    EXPECT_EQ(error_of([&] { log.head(); }).retry(), Retry::call);
    redis.process().start();
    EXPECT_EQ(log.head(), ride_id(1));
}

TEST(RedisFailure, AWriterIsNotStuckBehindAnswersThatFillAllBuffersOnTheirWay) {
    const FakeServer server({FakeServer::echo()});  // a command echoed is a reply: an array of strings
    redis::Connection connection(redis::parse_url(server.url()), {});
    connection.open();
    const std::string data(100'000, 'x');
    constexpr int commands = 300;
    std::string bytes;
    for (int i = 0; i < commands; ++i) redis::add_command(bytes, data);
    connection.send(bytes);
    for (int i = 0; i < commands; ++i) ASSERT_EQ(connection.receive(0ms).elements[0].text, data);
}

TEST(RedisFailure, ALargePipelineFlowsInBothDirections) {
    RedisServer redis;
    auto log = redis.log();
    const std::string data(1U << 20U, 'x');
    constexpr std::uint64_t appends = 24;
    for (std::uint64_t offset = 1; offset <= appends; ++offset)
        log.append_begin(offset == 1 ? RecordId{} : ride_id(offset - 1), rides(offset, offset, data));
    log.read_begin({}, {.bytes_max = appends * data.size()},
                   0ms);  // all of it on its way back while as much again goes out
    for (std::uint64_t offset = appends + 1; offset <= 2 * appends; ++offset)
        log.append_begin(ride_id(offset - 1), rides(offset, offset, data));

    std::vector<Record> found;
    log.read_end(found);

    EXPECT_EQ(found, rides(1, appends, data));
    for (std::uint64_t offset = 1; offset <= 2 * appends; ++offset)
        ASSERT_EQ(log.append_end(), ride_id(offset));
}

}  // namespace contrail::test
