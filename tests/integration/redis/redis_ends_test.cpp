// Where a log in Redis begins and ends, found without its records.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "integration/redis/redis_server.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

class EndsOfALogInRedis : public ::testing::Test {
protected:
    /// The word after `name` in XINFO STREAM; 0-0 if there is no stream, or if a word is no id.
    RecordId truth(const std::string& name) {
        if (redis.run({"EXISTS", "rides"}) == "0") return {};
        std::istringstream words(redis.run({"XINFO", "STREAM", "rides"}));
        for (std::string word; words >> word;)
            if (word == name && words >> word) return RecordId::parse(word).value_or(RecordId{});
        return {};
    }

    void expect_true_ends() {
        const RecordId head = truth("last-generated-id");
        const RecordId first = truth("first-entry");
        const LogUsage usage = log.usage();
        EXPECT_EQ(log.head(), head);
        EXPECT_EQ(usage.head, head);
        EXPECT_EQ(usage.first, first == RecordId{} ? head : first);
        EXPECT_EQ(std::to_string(usage.records), redis.run({"XLEN", "rides"}));
    }

    /// How often commands ran whose names begin with `command`, subcommands included.
    std::uint64_t calls(const std::string& command) {
        std::istringstream words(redis.run({"INFO", "commandstats"}));
        std::uint64_t sum = 0;
        for (std::string word; words >> word;)
            if (word.starts_with("cmdstat_" + command))
                sum += std::stoull(word.substr(word.find("calls=") + 6));
        return sum;
    }

    RedisServer redis;
    redis::RedisLog log = redis.log();
};

/// Polls that found the notes right: each one asks for the groups, and reads nothing after the head. (Redis 5 reads
/// with XRANGE, which is tried second.)
TEST_F(EndsOfALogInRedis, AreToldWithoutACopyOfARecord) {
    constexpr std::uint64_t polls = 10;
    const auto expect_cheap_polls = [&] {
        redis.run({"CONFIG", "RESETSTAT"});
        for (std::uint64_t poll = 0; poll < polls; ++poll) log.usage();
        EXPECT_EQ(calls("xinfo"), polls) << "XINFO GROUPS alone";
        EXPECT_EQ(std::max(calls("xread"), calls("xrange")), polls)
            << "one after the head, none for the first record";
        expect_true_ends();
    };
    append(log, {}, rides(1, 300, std::string(10'000, '1')));
    expect_cheap_polls();
    append(log, ride_id(300), rides(301, 301));
    expect_cheap_polls();
    log.trim(ride_id(250));
    ASSERT_GT(truth("first-entry"), ride_id(1));
    expect_cheap_polls();
    log.restart(ride_id(301), ride_id(400));
    append(log, ride_id(400), rides(401, 402));
    expect_cheap_polls();
}

TEST_F(EndsOfALogInRedis, AppendsCopyNoRecordEither) {
    append(log, {}, rides(1, 1));
    redis.run({"CONFIG", "RESETSTAT"});
    append(log, ride_id(1), rides(2, 2));
    append(log, ride_id(2), rides(3, 4));
    EXPECT_EQ(calls("xinfo"), 2U) << "XINFO GROUPS alone";
}

/// Whatever happens to the stream behind the notes, they are not believed where they are wrong.
TEST_F(EndsOfALogInRedis, AreTrueWhateverHappenedToTheStream) {
    using Commands = std::vector<std::vector<std::string>>;
    const std::vector<std::string> foreign = {"XADD", "rides", "1700000000000-9", "f", "v"};
    const Commands cases[] = {
        {{"FLUSHALL"}},
        {{"DEL", "rides"}},
        {{"DEL", "rides"}, {"XADD", "rides", "1700000000000-2", "f", "v"}},
        {{"DEL", "rides"}, {"XADD", "rides", "1700000000000-1", "f", "v"}, foreign},
        {{"RENAME", "older", "rides"}},
        {foreign},
        {{"XTRIM", "rides", "MAXLEN", "2"}},
        {{"XTRIM", "rides", "MAXLEN", "0"}},
        {{"XDEL", "rides", "1700000000000-1"}},
        {{"XDEL", "rides", "1700000000000-3"}},
        {{"XDEL", "rides", "1700000000000-4"}},
        {{"XDEL", "rides", "1700000000000-1"}, foreign},
        {{"XGROUP", "DESTROY", "rides", "contrail.head"}},
        {{"XGROUP", "DESTROY", "rides", "contrail.first"}},
    };
    for (const Commands& commands : cases) {
        SCOPED_TRACE(commands.front()[0] + ' ' + commands.front().back());
        redis.run({"FLUSHALL"});
        append(log, {}, rides(1, 2));
        redis.run({"EVAL", "return redis.call('RESTORE', 'older', 0, redis.call('DUMP', 'rides'))", "0"});
        append(log, ride_id(2), rides(3, 4));
        for (const auto& command : commands) redis.run(command);
        expect_true_ends();
    }
}

TEST_F(EndsOfALogInRedis, AppendNothingAfterAnIdThatAnotherProgramDrewAndDeleted) {
    append(log, {}, rides(1, 1));
    redis.run({"XADD", "rides", "1700000000000-9", "f", "v"});
    redis.run({"XDEL", "rides", "1700000000000-9"});
    const Error error = error_of([&] { append(log, ride_id(1), rides(2, 2)); });
    EXPECT_EQ(error.retry(), Retry::call);
    EXPECT_THAT(error.what(), HasSubstr("Another program has written to the log"));
    log.act_for({});
    EXPECT_EQ(log.head(), ride_id(9)) << "a streamer that looks for its place learns of it";
}

}  // namespace contrail::test
