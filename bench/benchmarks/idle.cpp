#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/fleet.hpp"
#include "bench/listening_program.hpp"
#include "bench/loopback.hpp"
#include "bench/processor_costs.hpp"
#include "bench/programs.hpp"
#include "bench/site/site.hpp"
#include "contrail/error.hpp"
#include "servers/system_error.hpp"

namespace contrail::bench {

namespace {

constexpr std::uint64_t idle_consumers = 3;

/// What the log holds: enough that a command whose cost grows with the log would show.
constexpr std::uint64_t records = 10'000;

/// Programs find that nothing happens, and do what they do once after their start. This takes less than ten seconds.
void settle(const Bench& bench) {
    constexpr std::uint64_t seconds_max = 10;
    std::this_thread::sleep_for(std::chrono::seconds(std::min(bench.records(), seconds_max)));
}

std::string function_of(const Site& site) {
    return site.table("do_nothing");
}

servers::ChildProcess start_function_consumer(const Settings& settings, const std::string& name) {
    return servers::ChildProcess(command_for(
        program_beside_this("contrail"), settings,
        {"--log-level", "error", "consume", name, "--function", settings.schema + ".do_nothing"}));
}

/// The page, as a browser has it open: it takes the messages as they come.
class OpenPage {
public:
    explicit OpenPage(const Settings& settings)
        : program_(
              command_for(program_beside_this("contrail"), settings, {"--log-level", "info", "dashboard"}),
              "http://127.0.0.1:"),
          browser_(connect_to_loopback(program_.port())) {
        const std::string opening =
            "GET /events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(program_.port()) + "\r\n\r\n";
        if (::send(browser_.get(), opening.data(), opening.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(opening.size()))
            throw servers::system_error("Cannot open the page");
    }

    [[nodiscard]] pid_t pid() const noexcept { return program_.pid(); }

    /// Takes what came. Throws Error if the page sent nothing, as it does to a reader that it refused.
    void read() {
        std::string text;
        std::array<char, 4096> buffer{};
        for (ssize_t received = 0;
             (received = ::recv(browser_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(received));
        if (text.find("data: ") == std::string::npos)
            throw Error(Retry::never, "Cannot measure the page: it sent no state, but " + text);
    }

private:
    ListeningProgram program_;
    servers::FileDescriptor browser_;
};

/// Calls of each command so far, by its name, those of scripts included.
std::map<std::string, double> calls_of(const BareRedis& redis) {
    const ReplyHandle reply = redis.run({"INFO", "commandstats"});
    std::istringstream lines(std::string(reply->str, reply->len));
    std::map<std::string, double> calls;
    constexpr std::string_view before_name = "cmdstat_";
    constexpr std::string_view before_calls = ":calls=";
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(before_calls);
        if (!line.starts_with(before_name) || at == std::string::npos) continue;
        std::string name = line.substr(before_name.size(), at - before_name.size());
        std::ranges::replace(name, '|', ' ');  // `memory|usage` would end a column of a table.
        calls[name] = std::stod(line.substr(at + before_calls.size()));
    }
    return calls;
}

/// Autovacuum looks after the work of the minute before: the tables that are made and dropped for a measurement. While
/// this object lives, a private server does without.
class NoAutovacuum {
public:
    explicit NoAutovacuum(Servers& servers) : postgres_(servers.database_url()) {
        set("ALTER SYSTEM SET autovacuum = off");
    }
    NoAutovacuum(const NoAutovacuum&) = delete;
    NoAutovacuum& operator=(const NoAutovacuum&) = delete;
    ~NoAutovacuum() {
        try {
            set("ALTER SYSTEM RESET autovacuum");
        } catch (const Error&) {  // The server is gone.
        }
    }

private:
    void set(const char* statement) const {
        postgres_.run(statement);
        postgres_.run("SELECT pg_reload_conf()");
    }

    BarePostgres postgres_;
};

/// What servers were asked since this object was made.
class Questions {
public:
    explicit Questions(const Site& site)
        : site_(site),
          redis_(site.settings()),
          calls_(calls_of(redis_)),
          transactions_(transactions()) {}

    void record(Bench& bench, double seconds) {
        bench.record({"asked", "PostgreSQL: transactions", "a second"},
                     (transactions() - transactions_) / seconds);
        for (const auto& [command, calls] : calls_of(redis_)) {
            const double rate = (calls - calls_[command]) / seconds;
            if (rate >= rate_min) bench.record({"asked", "Redis: " + command, "a second"}, rate);
        }
    }

private:
    /// Less is this benchmark's own, or belongs to work of minutes.
    static constexpr double rate_min = 0.1;

    [[nodiscard]] double transactions() const {
        return static_cast<double>(site_.database().number(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"));
    }

    const Site& site_;
    BareRedis redis_;
    std::map<std::string, double> calls_;
    double transactions_;
};

/// Processor time in a while in which nothing is staged.
void measure(Bench& bench, const std::string& setting, const ProcessorCosts::Processes& processes) {
    const auto seconds = static_cast<double>(bench.records());
    const ProcessorCosts costs(bench.servers(), processes);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const std::string unit = "% of a processor";
    const double together = costs.record(bench, setting, unit, 100 / seconds);
    bench.record({setting, "together", unit}, together);
}

void measure_servers_alone(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    settle(bench);
    measure(bench, "servers alone", {});
}

void measure_idle_fleet(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    site.database().run("CREATE FUNCTION " + function_of(site) +
                        "(records jsonb) RETURNS void LANGUAGE sql AS ''");
    Fleet fleet(site, idle_consumers, start_function_consumer);
    site.stage(records);
    fleet.wait_until_consumed(records, [] {});
    OpenPage page(site.settings());
    settle(bench);

    ProcessorCosts::Processes processes{{"streamer", fleet.streamer().pid()}, {"the page", page.pid()}};
    for (const servers::ChildProcess& consumer : fleet.consumers())
        processes.emplace_back("consumer " + std::to_string(processes.size() - 1), consumer.pid());
    Questions questions(site);
    page.read();
    measure(bench, "fleet", processes);
    page.read();
    questions.record(bench, static_cast<double>(bench.records()));
}

}  // namespace

void measure_idle(Bench& bench) {
    std::optional<NoAutovacuum> no_autovacuum;
    if (bench.servers().postgres_pid()) no_autovacuum.emplace(bench.servers());
    bench.repeat([&] {
        if (bench.servers().postgres_pid()) measure_servers_alone(bench);
        measure_idle_fleet(bench);
    });
}

}  // namespace contrail::bench
