#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "integration/postgres/is_error.hpp"
#include "operations/doctor/doctor.hpp"
#include "operations/status/problems.hpp"
#include "operations/status/status_poller.hpp"
#include "servers/private_redis.hpp"
#include "servers/temporary_directory.hpp"
#include "support/copy_with_owners.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

/// A Redis of the test's own, which is started again with the file (RDB) that it wrote some time ago.
class OldRedisFile : public ::testing::Test {
protected:
    Settings with_own_redis() {
        Settings changed = fresh_settings();
        changed.log_url = redis.url();
        return changed;
    }

    void save() {
        pipeline->redis.run({"SAVE"});
        copy_with_owners(file(), old_file());
    }

    void start_with_what_was_saved() {
        redis.kill();
        std::filesystem::remove(file());
        copy_with_owners(old_file(), file());
        redis.start();
        pipeline.emplace(settings);
    }

    void retain() {
        const auto outbox = postgres_outbox(settings);
        const auto log = redis_log(settings);
        Retention(*outbox, *log, system_clock(), {}).run_once();
    }

    /// Where a new consumer begins that wants no more than what comes next.
    RecordId latest(const std::string& name) {
        const auto checkpoints = postgres_checkpoints(settings);
        const auto log = redis_log(settings);
        const Handler ignore = [](Transaction&, std::span<const Record>) {};
        Consumer consumer(ConsumerName(name), *log, *checkpoints, ignore,
                          {.start = start::Latest{}, .read_wait_max = std::chrono::milliseconds(0)},
                          system_clock());
        consumer.run_once();
        return *checkpoints->begin(ConsumerName(name))->checkpoint();
    }

    [[nodiscard]] std::filesystem::path file() const { return redis.home() / "dump.rdb"; }
    [[nodiscard]] std::filesystem::path old_file() const { return directory.path() / "old.rdb"; }

    servers::TemporaryDirectory directory;
    servers::PrivateRedis redis{{.data_dir = directory.path() / "redis", .append_only = false}};
    const Settings settings = with_own_redis();
    std::optional<Pipeline> pipeline{settings};
};

// The log's head and what was sealed agree in the file, too, and both are old.
TEST_F(OldRedisFile, IsNotBelievedByAConsumerThatStartsAtTheEnd) {
    pipeline->stage({"1", "2"});
    pipeline->stream();
    pipeline->stream();  // finds its place, and notes that two records are sealed
    save();
    pipeline->stage({"3", "4"});
    pipeline->stream();

    start_with_what_was_saved();
    EXPECT_THAT(error_of([&] { latest("mailer"); }),
                IsError(Retry::call, HasSubstr("no streamer has found its place in the log since")));

    pipeline->stream();
    EXPECT_EQ(latest("mailer").offset, Offset{4});
}

// Nothing tells it from one that was just started again, except that an operator has forgotten it.
TEST_F(OldRedisFile, BringsAForgottenConsumerBackAndStatusNamesIt) {
    pipeline->stage({"1", "2"});
    pipeline->stream();
    pipeline->consume("search");
    pipeline->consume("search");  // reports what it has applied
    retain();
    save();
    const auto outbox = postgres_outbox(settings);
    outbox->registry().forget(ConsumerName("search"));
    pipeline->redis.run({"HDEL", settings.stream_name + ":positions", "search"});

    start_with_what_was_saved();
    pipeline->stage({"3"});
    pipeline->stream();
    retain();

    ASSERT_EQ(outbox->registry().consumers().size(), 1U) << "it holds log and outbox up";
    EXPECT_THAT(
        problems(operations::StatusPoller(settings).poll()),
        Contains("consumer search was forgotten and holds records again: contrail consumer forget search"));
    const auto found = operations::doctor::diagnose(settings, {}).findings;
    EXPECT_THAT(found,
                Contains(AllOf(
                    Field(&operations::doctor::Finding::check, "consumer.progress"),
                    Field(&operations::doctor::Finding::verdict, operations::doctor::Verdict::warning),
                    Field(&operations::doctor::Finding::fix, Contains("contrail consumer forget search")))));
}

}  // namespace contrail::test
