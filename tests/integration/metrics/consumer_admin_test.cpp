#include <gmock/gmock.h>

#include <thread>

#include "admin_client.hpp"
#include "contrail/admin.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A consumer as a service makes it, watched, and three records in the log.
class AdminOfAConsumer : public ::testing::Test {
protected:
    AdminOfAConsumer() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
        admin.serve();
    }

    void drain() {
        while (consumer.run_once() > 0) continue;
    }
    [[nodiscard]] std::uint16_t port() const { return *admin.port(); }
    [[nodiscard]] double value(const std::string& metric) const {
        return scrape(port()).value(metric, {R"(consumer="mailer")"}).value();
    }

    Pipeline pipeline;
    const ConsumerName name{"mailer"};
    std::unique_ptr<Log> log = redis_log(pipeline.settings);
    std::unique_ptr<Checkpoints> checkpoints = postgres_checkpoints(pipeline.settings);
    Admin admin{pipeline.settings, {.port = 0, .stalled_after = std::chrono::milliseconds(1)}};
    Consumer consumer{admin.watch(
        name, *log, *checkpoints,
        [](Transaction& transaction, std::span<const Record>) { sql(transaction).execute("SELECT 1"); })};
};

TEST_F(AdminOfAConsumer, TellsWhatItHasDone) {
    drain();
    EXPECT_EQ(value("contrail_consumer_records_total"), 3);
    EXPECT_EQ(value("contrail_consumer_checkpoint_offset"), 3);
    EXPECT_EQ(value("contrail_consumer_handler_seconds_count"), 1);
    EXPECT_EQ(value("contrail_consumer_seal_to_applied_seconds_count"), 3);
    EXPECT_GT(scrape(port()).value("process_resident_memory_bytes"), 1 << 20);
    EXPECT_EQ(scrape(port()).value("contrail_build_info"), 1);
}

TEST_F(AdminOfAConsumer, IsStalledWhileRecordsWaitForIt) {
    const AdminAnswer answer = until(port(), "/healthz", 503);
    EXPECT_THAT(answer.body, AllOf(HasSubstr("stalled\nconsumer mailer: nothing has moved for "),
                                   HasSubstr("Records that wait in the log: 3; its head is ")));
    drain();
    EXPECT_EQ(until(port(), "/healthz", 200).body, "ok\nconsumer mailer: ok\n");
}

TEST_F(AdminOfAConsumer, IsStalledWhileItsRowIsLockedAndWellAgainAfterwards) {
    drain();
    AdminPostgres in_the_way(pipeline.settings.database_url);
    in_the_way.run("BEGIN; SELECT FROM contrail.checkpoints FOR UPDATE");
    pipeline.stage({"4"});
    pipeline.stream();
    const std::jthread running([&](const std::stop_token& stop) { consumer.run(stop); });
    EXPECT_THAT(until(port(), "/healthz", 503).body, HasSubstr("Records that wait in the log: 1;"));
    in_the_way.run("COMMIT");
    until(port(), "/healthz", 200);
}

TEST_F(AdminOfAConsumer, IsReadyWhileBothServersAnswer) {
    EXPECT_EQ(until(port(), "/readyz", 200).body, "ready\npostgres: ok\nredis: ok\n");
}

TEST_F(AdminOfAConsumer, AnswersNothingElse) {
    EXPECT_EQ(ask(port(), "/").status, 404U);
    EXPECT_EQ(ask(port(), "/metrics?x=1").status, 200U);
}

/// A consumer that does nothing, watched.
struct WatchedConsumer {
    WatchedConsumer(Admin& admin, const Settings& settings, const std::string& name)
        : log(redis_log(settings)),
          checkpoints(postgres_checkpoints(settings)),
          consumer(admin.watch(ConsumerName(name), *log, *checkpoints, [](std::span<const Record>) {})) {}

    std::unique_ptr<Log> log;
    std::unique_ptr<Checkpoints> checkpoints;
    AtLeastOnceConsumer consumer;
};

TEST(Admin, IsNotReadyWithoutItsServersAndTellsWhatItCan) {
    Settings settings;
    settings.database_url = "postgres://nobody@127.0.0.1:1/nothing";
    settings.log_url = "redis://127.0.0.1:1";
    Admin admin(settings, {.port = 0});
    const WatchedConsumer mailer(admin, settings, "mailer");
    admin.serve();
    EXPECT_THAT(
        until(*admin.port(), "/readyz", 503).body,
        AllOf(HasSubstr("not ready\npostgres: Cannot connect to database"), HasSubstr("redis: Could not ")));
    EXPECT_EQ(scrape(*admin.port()).value("contrail_consumer_records_total"), 0);
}

TEST(Admin, TellsOfSeveralConsumersApart) {
    Pipeline pipeline;
    Admin admin(pipeline.settings, {.port = 0});
    const WatchedConsumer one(admin, pipeline.settings, "one");
    const WatchedConsumer other(admin, pipeline.settings, "other");
    admin.serve();
    const Scrape told = scrape(*admin.port());
    EXPECT_EQ(told.value("contrail_consumer_records_total", {R"(consumer="one")"}), 0);
    EXPECT_EQ(told.value("contrail_consumer_records_total", {R"(consumer="other")"}), 0);
    EXPECT_EQ(until(*admin.port(), "/healthz", 200).body, "ok\nconsumer one: ok\nconsumer other: ok\n");
}

TEST(Admin, ServesNothingWithoutAPort) {
    Pipeline pipeline;
    Admin admin(pipeline.settings, {});
    WatchedConsumer mailer(admin, pipeline.settings, "mailer");
    admin.serve();
    EXPECT_EQ(admin.port(), std::nullopt);
    EXPECT_EQ(mailer.consumer.run_once(), 0) << "it works as well";
}

TEST(Admin, SaysWhichPortIsTaken) {
    Pipeline pipeline;
    const Admin first(pipeline.settings, {.port = 0});
    try {
        Admin(pipeline.settings, {.port = first.port()});
        FAIL() << "two listen on one port";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("port " + std::to_string(*first.port())), HasSubstr("--admin-port")));
    }
}

}  // namespace
}  // namespace contrail::test
