// `contrail stream` with several streams in its configuration file: what one that fails does to the others.

#include <gmock/gmock.h>

#include <fcntl.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "admin_client.hpp"
#include "postgres/migrations.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/admin_redis.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {
namespace {

using servers::ChildProcess;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ManyStreams : public ::testing::Test {
protected:
    /// The section of a stream.
    static std::string section(const std::string& name, const Settings& settings) {
        return "[stream." + name + "]\ndatabase-url = \"" + settings.database_url + "\"\nlog-url = \"" +
               settings.log_url + "\"\nstream-name = \"" + settings.stream_name + "\"\n";
    }

    ChildProcess start(const std::string& configuration) {
        const auto file = folder.path() / "streams.toml";
        std::ofstream(file) << configuration;
        const servers::FileDescriptor log_file(
            ::open((folder.path() / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
        servers::Command command;
        command.arguments = {CONTRAIL_PROGRAMS "/contrail", "--config", file, "stream"};
        command.standard_error = log_file.get();
        return ChildProcess(command);
    }

    /// What the program has logged.
    [[nodiscard]] std::string logged() const {
        std::ostringstream text;
        text << std::ifstream(folder.path() / "log").rdbuf();
        return text.str();
    }

    /// The port of the program's admin server.
    [[nodiscard]] std::uint16_t port() const {
        const std::string before = "metrics and health are served on 127.0.0.1, port ";
        wait_until("the program serves metrics", [&] { return logged().find(before) != std::string::npos; });
        const std::string log = logged();
        return static_cast<std::uint16_t>(std::stoi(log.substr(log.find(before) + before.size())));
    }

    static void stage(const Settings& settings) {
        AdminPostgres(settings.database_url).run("SELECT contrail.stage('create', 'ride', '{}')");
    }

    /// Waits until the log holds so many records.
    static void until_logged(const Settings& settings, const std::string& records) {
        AdminRedis redis(settings.log_url);
        wait_until(settings.stream_name + " holds " + records + " records", [&] {
            return redis.run({"XLEN", settings.stream_name}) == records;
        });
    }

    const servers::TemporaryDirectory folder;
};

TEST_F(ManyStreams, GoOnWhileOneFailsAndTakeItBackWhenItIsWell) {
    servers::PrivateRedis other_redis({.data_dir = folder.path() / "redis"});
    const Settings orders = fresh_settings();
    Settings rides = fresh_settings();
    rides.log_url = other_redis.url();
    Settings broken = fresh_settings();
    broken.database_url = fresh_database();
    ChildProcess streamer = start("[stream]\nadmin-port = 0\n" + section("orders", orders) +
                                  section("rides", rides) + section("broken", broken));

    // A database without Contrail's tables halts its own stream alone.
    stage(orders);
    stage(rides);
    until_logged(orders, "1");
    until_logged(rides, "1");
    wait_until("the third stream has halted", [&] {
        return logged().find("error streamer broken: this stream halts") != std::string::npos;
    });
    EXPECT_THAT(until(port(), "/readyz", 503).body, AllOf(HasSubstr("orders: ok\n"), HasSubstr("rides: ok\n"),
                                                          HasSubstr("broken: halted: Cannot ")));
    EXPECT_THAT(until(port(), "/healthz", 200).body, HasSubstr("broken: halted: Cannot "));
    const Scrape scraped = scrape(port());
    EXPECT_EQ(scraped.value("contrail_streamer_records_total", {R"(stream="orders")"}), 1);
    EXPECT_EQ(scraped.value("contrail_streamer_records_total", {R"(stream="broken")"}), 0);
    EXPECT_EQ(scraped.value("contrail_streamer_state", {R"(stream="broken")", R"(state="halted")"}), 1);

    // Once it has them, the stream begins.
    postgres::migrate(broken);
    stage(broken);
    until_logged(broken, "1");
    until(port(), "/readyz", 200);

    // A log whose server is away, and comes back.
    other_redis.kill();
    stage(rides);
    EXPECT_THAT(
        until(port(), "/readyz", 503).body,
        AllOf(HasSubstr("orders: ok\n"), HasSubstr("broken: ok\n"), HasSubstr("rides: it tries again: ")));
    stage(orders);
    until_logged(orders, "2");
    other_redis.start();
    until_logged(rides, "2");
    until(port(), "/readyz", 200);

    streamer.signal(SIGTERM);
    EXPECT_EQ(streamer.wait(), servers::ExitStatus::exited(0)) << logged();
}

TEST_F(ManyStreams, EndWith78IfOneIsHaltedThen) {
    const Settings orders = fresh_settings();
    Settings broken = fresh_settings();
    broken.database_url = fresh_database();
    ChildProcess streamer = start(section("orders", orders) + section("broken", broken));
    stage(orders);
    until_logged(orders, "1");
    wait_until("the other stream has halted", [&] {
        return logged().find("error streamer broken: this stream halts") != std::string::npos;
    });
    streamer.signal(SIGTERM);
    EXPECT_EQ(streamer.wait(), servers::ExitStatus::exited(78)) << logged();

    // Other commands act on the one that --section names.
    servers::Command command;
    command.arguments = {CONTRAIL_PROGRAMS "/contrail",
                         "--config",
                         folder.path() / "streams.toml",
                         "--section",
                         "orders",
                         "tail"};
    EXPECT_TRUE(servers::run(command).success());
    command.arguments[4] = "missing";
    EXPECT_EQ(servers::run(command), servers::ExitStatus::exited(2));
}

TEST_F(ManyStreams, AreRefusedWhenASectionIsIncomplete) {
    ChildProcess without_log = start("[stream.orders]\ndatabase-url = \"postgres://localhost/orders\"\n");
    EXPECT_EQ(without_log.wait(), servers::ExitStatus::exited(78));
    EXPECT_THAT(logged(),
                HasSubstr("No log is named for stream 'orders'. Give log-url in section [stream.orders] of "
                          "the configuration file."));
    ChildProcess with_typo = start("[stream.orders]\ndatabase-ulr = \"postgres://localhost/orders\"\n");
    EXPECT_EQ(with_typo.wait(), servers::ExitStatus::exited(2));
}

}  // namespace
}  // namespace contrail::test
