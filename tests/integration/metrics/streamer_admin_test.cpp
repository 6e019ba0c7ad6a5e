#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "admin_client.hpp"
#include "cli/streamer_admin.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/streamer.hpp"
#include "metrics/metered_log_writer.hpp"
#include "metrics/metered_outbox.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A streamer as a program makes it, and what it tells.
struct MeteredStreamer {
    explicit MeteredStreamer(const Settings& settings, milliseconds stalled_after = milliseconds(1))
        : admin(settings, {.port = 0, .stalled_after = stalled_after}),
          outbox(postgres_outbox(settings)),
          log(redis_log(settings)),
          metered_outbox(*outbox, admin.streamer()),
          metered_log(*log, admin.streamer()),
          streamer(metered_outbox, metered_log, system_clock(), {}, admin.streamer().listener()) {
        admin.serve();
    }

    void drain() {
        while (streamer.run_once() > 0) continue;
    }
    [[nodiscard]] std::uint16_t port() const { return *admin.port(); }
    [[nodiscard]] std::optional<double> value(const std::string& metric,
                                              const std::vector<std::string>& labels = {}) const {
        return scrape(port(), sources).value(metric, labels);
    }

    cli::StreamerAdmin admin;
    std::unique_ptr<Outbox> outbox;
    std::unique_ptr<Log> log;
    metrics::MeteredOutbox metered_outbox;
    metrics::MeteredLogWriter metered_log;
    Streamer streamer;
    std::vector<std::string> sources{"log", "outbox"};  ///< That are there to be asked.
};

class AdminOfAStreamer : public ::testing::Test {
protected:
    /// What `contrail status --json` prints.
    [[nodiscard]] nlohmann::json status_json() const {
        servers::Command command;
        command.arguments = {CONTRAIL_PROGRAMS "/contrail", "status", "--json"};
        command.environment = {{"DATABASE_URL", pipeline.settings.database_url},
                               {"REDIS_URL", pipeline.settings.log_url},
                               {"STREAM_NAME", pipeline.settings.stream_name}};
        servers::Pipe printed = servers::make_pipe();
        command.standard_output = printed.write_end.get();
        servers::run(command);
        printed.write_end.close();
        std::string text(1 << 16, '\0');
        text.resize(static_cast<std::size_t>(
            std::max<ssize_t>(::read(printed.read_end.get(), text.data(), text.size()), 0)));
        return nlohmann::json::parse(text);
    }

    [[nodiscard]] double sql(const std::string& query) { return std::stod(pipeline.database.value(query)); }

    Pipeline pipeline;
};

TEST_F(AdminOfAStreamer, TellsTheNumbersOfTheStatusAndOfTheServers) {
    pipeline.stage({"1", "2", "3"});
    pipeline.stream();
    pipeline.consume("mailer");
    pipeline.consume("mailer");  // which reports what it committed
    pipeline.stage({"4", "5"});
    pipeline.stream();
    pipeline.stage({"6"});

    const MeteredStreamer streamer(pipeline.settings);
    const nlohmann::json status = status_json();
    const std::vector<std::string> mailer{R"(consumer="mailer")"};
    EXPECT_EQ(streamer.value("contrail_log_head_offset"), 5);
    EXPECT_EQ(streamer.value("contrail_log_head_offset"), status["log"]["head_offset"].get<double>());
    EXPECT_EQ(streamer.value("contrail_log_records"),
              std::stod(pipeline.redis.run({"XLEN", pipeline.settings.stream_name})));
    EXPECT_EQ(streamer.value("contrail_log_bytes"), status["log"]["bytes"].get<double>());
    EXPECT_EQ(streamer.value("contrail_outbox_staged_offset"),
              sql("SELECT count(*) FROM contrail.staged_log_records"));
    EXPECT_EQ(streamer.value("contrail_outbox_waiting_records"),
              status["outbox"]["waiting_records"].get<double>());
    EXPECT_EQ(streamer.value("contrail_outbox_waiting_records"), 1);
    EXPECT_EQ(streamer.value("contrail_outbox_bytes"), status["outbox"]["bytes"].get<double>());
    EXPECT_EQ(streamer.value("contrail_outbox_segment_bytes", {R"(segment="0")"}),
              status["outbox"]["segments"][0]["bytes"].get<double>());
    EXPECT_EQ(streamer.value("contrail_outbox_segment_current", {R"(segment="0")"}), 1);
    EXPECT_EQ(streamer.value("contrail_consumer_lag_records", mailer), 2);
    EXPECT_EQ(streamer.value("contrail_consumer_lag_records", mailer),
              status["consumers"][0]["lag_records"].get<double>());
    EXPECT_EQ(streamer.value("contrail_consumer_lag_seconds", mailer),
              status["consumers"][0]["lag_seconds"].get<double>());
    EXPECT_EQ(streamer.value("contrail_consumer_position_offset", mailer), 3);
    EXPECT_EQ(streamer.value("contrail_consumer_reported_state", {R"(state="consuming")"}), 1);
}

TEST_F(AdminOfAStreamer, CountsWhatItSends) {
    pipeline.stage({"1", "2", "3"});
    MeteredStreamer streamer(pipeline.settings);
    streamer.drain();
    EXPECT_EQ(streamer.value("contrail_streamer_records_total"), 3);
    EXPECT_EQ(streamer.value("contrail_streamer_batches_total"), 1);
    EXPECT_EQ(streamer.value("contrail_streamer_append_seconds_count"), 1);
    EXPECT_EQ(streamer.value("contrail_streamer_state", {R"(state="idle")"}), 1);
    EXPECT_EQ(streamer.value("contrail_log_head_offset"), 3);
}

TEST_F(AdminOfAStreamer, IsStalledWhileRecordsWaitAndItDoesNothing) {
    MeteredStreamer streamer(pipeline.settings);
    streamer.drain();
    EXPECT_EQ(until(streamer.port(), "/healthz", 200).body, "ok\nstreamer: ok\n");
    pipeline.stage({"1", "2"});
    EXPECT_THAT(until(streamer.port(), "/healthz", 503).body,
                AllOf(HasSubstr("stalled\nstreamer: nothing has moved for "),
                      HasSubstr(". Records that wait in the outbox: 2, the oldest for ")));
    streamer.drain();
    until(streamer.port(), "/healthz", 200);
}

TEST_F(AdminOfAStreamer, IsWellWhileItStandsBy) {
    const std::unique_ptr<Outbox> leader = postgres_outbox(pipeline.settings);
    ASSERT_TRUE(leader->lead());
    MeteredStreamer streamer(pipeline.settings);
    streamer.drain();
    EXPECT_EQ(streamer.value("contrail_streamer_state", {R"(state="standing_by")"}), 1);
    until(streamer.port(), "/healthz", 200);
}

/// Servers of its own, to be frozen.
class AdminBesideFrozenServers : public ::testing::Test {
protected:
    AdminBesideFrozenServers() : redis({.data_dir = folder.path() / "redis", .append_only = false}) {
        settings.log_url = redis.url();
    }
    ~AdminBesideFrozenServers() override { wake(); }
    void freeze() { redis.process().signal(SIGSTOP); }
    void wake() { redis.process().signal(SIGCONT); }

    servers::TemporaryDirectory folder;
    servers::PrivateRedis redis;
    Settings settings = fresh_settings();
};

TEST_F(AdminBesideFrozenServers, SaysWhatWaitsAndIsWellAgainAfterwards) {
    settings.log_url = redis.url();
    AdminPostgres database(settings.database_url);
    MeteredStreamer streamer(settings, milliseconds(1'000));
    const std::jthread running([&](const std::stop_token& stop) { streamer.streamer.run(stop); });
    until(streamer.port(), "/readyz", 200);
    until(streamer.port(), "/healthz", 200);
    ASSERT_EQ(streamer.value("contrail_log_head_offset"), 0);

    freeze();
    database.run("SELECT contrail.stage('create', 'ride', '{}')");
    EXPECT_THAT(until(streamer.port(), "/healthz", 503).body, HasSubstr("streamer: nothing has moved for "));
    EXPECT_THAT(until(streamer.port(), "/readyz", 503).body,
                AllOf(HasSubstr("postgres: ok"), HasSubstr("redis: ")));
    const Scrape meanwhile = scrape(streamer.port(), {"outbox"});
    EXPECT_EQ(meanwhile.value("contrail_collect_success", {R"(source="log")"}), 0);
    EXPECT_EQ(meanwhile.value("contrail_outbox_waiting_records"), 1);
    EXPECT_FALSE(meanwhile.families().contains("contrail_log_head_offset"));  // it would be an old one

    wake();
    until(streamer.port(), "/healthz", 200);
    until(streamer.port(), "/readyz", 200);
    EXPECT_EQ(streamer.value("contrail_collect_success", {R"(source="log")"}), 1);
}

TEST(AdminWithoutPostgres, TellsOfRedisAllTheSame) {
    Settings settings = fresh_settings();
    settings.database_url = "postgres://nobody@127.0.0.1:1/nothing";
    MeteredStreamer streamer(settings);
    streamer.sources = {"log"};
    EXPECT_EQ(streamer.value("contrail_collect_success", {R"(source="outbox")"}), 0);
    EXPECT_EQ(streamer.value("contrail_collect_success", {R"(source="log")"}), 1);
    EXPECT_EQ(streamer.value("contrail_log_records"), 0);
    EXPECT_EQ(streamer.value("contrail_outbox_waiting_records"), std::nullopt);
    EXPECT_THAT(until(streamer.port(), "/healthz", 503).body, HasSubstr("What waits is unknown: Cannot "));
}

}  // namespace
}  // namespace contrail::test
