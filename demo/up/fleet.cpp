#include "demo/up/fleet.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "commands.hpp"
#include "contrail/error.hpp"
#include "contrail/http.hpp"
#include "contrail/postgres.hpp"
#include "contrail/program.hpp"
#include "demo/supervisor/programs.hpp"
#include "demo/supervisor/sooner.hpp"
#include "demo/supervisor/stop_signals.hpp"
#include "demo/up/data_folder.hpp"
#include "demo/up/first_ride.hpp"
#include "servers/temporary_directory.hpp"
#include "verify.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using contrail::dashboard::Event;

// The fleet gives up on a reader that takes nothing for this long.
constexpr auto reader_patience = 2s;

/// The labels of the output. The place in this list decides the colour.
constexpr std::string_view labels[] = {"consumer0", "consumer1", "warehouse", "streamer", "api",
                                       "simulator", "postgres",  "redis",     "fleet",    "log"};
constexpr std::size_t label_width = std::ranges::max(labels, {}, &std::string_view::size).size();

/// Throws Error if the API could not listen. The API reports that itself, but only after the simulator has
/// posted rides to the program that does listen there.
void require_free_port(std::uint16_t port) {
    boost::asio::io_context context;
    contrail::http::listen(context, "127.0.0.1", port, "API_PORT");
}

/// Registers the consumers before there is a record. The log keeps what a registered consumer needs; one that
/// starts late would otherwise find the beginning gone.
void register_consumers(const contrail::Settings& settings) {
    constexpr contrail::RecordId beginning{};
    std::map<contrail::ConsumerName, contrail::ConsumerReport> unknown;
    for (const std::string_view name : consumer_names)
        unknown.try_emplace(contrail::ConsumerName(std::string(name)), beginning);
    unknown.try_emplace(contrail::ConsumerName(std::string(warehouse_name)), beginning);

    const auto outbox = contrail::postgres_outbox(settings);
    for (const auto& known : outbox->registry().consumers()) unknown.erase(known.name);
    outbox->registry().note(unknown);
}

/// The first free port from `first` on. Another program may take it until the server does; then the server does
/// not start, and says so.
std::uint16_t free_port(std::uint16_t first) {
    constexpr int tried_max = 100;
    boost::asio::io_context context;
    for (int tried = 1;; ++tried, ++first) {
        try {
            contrail::http::listen(context, "127.0.0.1", first, "--tcp");
            return first;
        } catch (const contrail::Error&) {
            if (tried == tried_max) throw;
        }
    }
}

/// 128 random bits.
std::string new_password() {
    std::random_device random;
    std::string password;
    for (int part = 0; part < 4; ++part) fmt::format_to(std::back_inserter(password), "{:08x}", random());
    return password;
}

PrivateServers::Tcp tcp_of_private_servers() {
    constexpr std::uint16_t postgres_port = 15'432;
    constexpr std::uint16_t redis_port = 16'379;
    return {free_port(postgres_port), free_port(redis_port), new_password()};
}

System system_of(const contrail::Settings& settings, PrivateServers& servers, Supervisor& supervisor) {
    return {.servers = servers,
            .programs = supervisor,
            .direct = settings,
            .streamers = {std::string(streamer_name)},
            .consumers = {std::begin(consumer_names), std::end(consumer_names)},
            .apis = {std::string(api_name)}};
}

}  // namespace

Fleet::Fleet(contrail::Settings settings, FleetOptions options)
    : settings_(std::move(settings)),
      options_(std::move(options)),
      coloured_(::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr),
      output_(STDOUT_FILENO),
      admin_sockets_(options_.admin_port),
      page_(options_.dashboard_port) {}

int Fleet::run() {
    // A write to a closed output then fails, and the fleet ends in order.
    std::signal(SIGPIPE, SIG_IGN);
    require_free_port(options_.api_port);
    announce_page();
    // The data of rides are for this user alone: the warehouse, and every other file of the programs.
    ::umask(S_IRWXG | S_IRWXO);
    create_data_folder(options_.data_dir,
                       [this](std::string_view line) { print_now("fleet", std::string(line)); });
    bool supervising = false;
    const contrail::servers::TemporaryDirectory log_folder;
    const auto engine = chaos::log_engine(options_.log);
    const std::string log_url = start_log(engine.get(), log_folder.path());
    PrivateServers servers(
        options_.data_dir, settings_,
        [&](std::string_view server, const std::string& line) {
            print_now(server, line);
            if (supervising) show(server, line);
        },
        {.tcp = options_.tcp ? std::optional(tcp_of_private_servers()) : std::nullopt, .log_url = log_url});
    rocket_rides::migrate(settings_);
    register_consumers(settings_);
    // Until here a signal ends this process at once, and its servers with it.
    StopSignals signals;
    Supervisor supervisor(programs(), output_, signals);
    supervisor.on_end([this](std::string_view program, const std::string& line) { show(program, line); });
    System system = system_of(settings_, servers, supervisor);
    FaultInjector injector(system, page_.faults());
    page_.begin(settings_, faults_allowed(servers) ? injector.allowed() : std::vector<std::string_view>{});
    supervising = true;
    Completion completion(settings_);
    supervise(supervisor, servers, injector, completion);
    if (const auto signal = supervisor.stop_signal())
        output_.add(label("fleet"), std::string("ending: ") + ::sigdescr_np(*signal) + '\n');
    supervisor.stop();
    return conclude(supervisor, completion.verdict());
}

/// Returns LOG_URL of the servers that hold the log in place of a private Redis; empty if there are none. They begin
/// empty: the outbox holds what consumers still lack, and fills the log.
std::string Fleet::start_log(chaos::LogEngine* engine, const std::filesystem::path& folder) {
    if (!options_.log.empty() && !settings_.log_url.empty())
        throw contrail::Error(
            contrail::Retry::never,
            "Cannot start private servers for the log (--log): LOG_URL names others. Unset LOG_URL, "
            "or leave --log out.");
    if (engine == nullptr) return "";
    print_now("log", "starting the servers of " + options_.log);
    const std::string url = engine->start(folder, settings_.stream_name);
    print_now("log", "ready, LOG_URL=" + url);
    print_now("log", "holds the log, STREAM_NAME=" + settings_.stream_name);
    return url;
}

void Fleet::supervise(Supervisor& supervisor, PrivateServers& servers, FaultInjector& injector,
                      Completion& completion) {
    FirstRide first_ride(settings_);
    while (!supervisor.stop_wanted()) {
        const bool posted = options_.exit_when_done && supervisor.last_status(simulator_name);
        if (posted && completion.reached()) return;
        std::vector<int> watched = servers.exit_descriptors();
        watched.push_back(page_.faults().descriptor());
        const auto pause = posted ? std::optional(completion.pause()) : first_ride.pause();
        supervisor.run_once(sooner(pause, injector.pause()), watched);
        if (first_ride.arrives()) print("fleet", "rides flow; watch them at " + page_.address());
        if (const auto injected = injector.run_once()) {
            print("fleet", *injected);
            page_.tell({Event::Kind::bad, *injected});
            page_.poll_now();
        }
        servers.start_dead_servers([&] {
            supervisor.run_once(0ms);
            return !supervisor.stop_wanted();
        });
    }
}

bool Fleet::faults_allowed(const PrivateServers& servers) const {
    return options_.allow_faults.value_or(servers.has_postgres() && servers.has_log());
}

int Fleet::conclude(const Supervisor& supervisor, const std::optional<rocket_rides::Verdict>& verdict) {
    if (verdict) output_.add(to_text(*verdict));
    output_.write_all(reader_patience);
    if (supervisor.operator_needed()) return contrail::exit_person_needed;
    if (output_.closed())
        throw contrail::Error(contrail::Retry::call, std::string("Cannot write to standard output: ") +
                                                         std::strerror(output_.error()) +
                                                         ". All programs have ended.");
    if (!options_.exit_when_done) return contrail::exit_success;
    const auto posted = supervisor.last_status(simulator_name);
    const bool done = posted && posted->success() && verdict && agree(*verdict);
    return done ? contrail::exit_success : contrail::exit_failure;
}

/// In the order of their start: consumers first, so that each is ready before the program that feeds it.
std::vector<ProgramSpec> Fleet::specs() const {
    std::vector<ProgramSpec> specs;
    const auto add = [&](std::string_view name, const std::vector<std::string>& arguments) -> ProgramSpec& {
        return specs.emplace_back(
            rocket_rides_program(std::string(name), arguments, settings_, options_.api_port));
    };
    const std::string crash = options_.failures ? options_.crash : "none";
    for (const std::string_view name : consumer_names)
        add(name, {"consumer", std::string(name), "--crash", crash}).dies_on_purpose = crash == "kill";
    add(warehouse_name, {"warehouse", "--file", warehouse_file(options_.data_dir), "--crash", crash})
        .dies_on_purpose = crash == "kill";
    add(streamer_name, {"streamer", "--double-send-rate", options_.failures ? "0.1" : "0"});
    add(api_name, {"api"});
    if (!options_.simulator) return specs;
    if (options_.input.empty())
        add(simulator_name, {"simulator", "--mix", "create=90,update=8,delete=2"});
    else
        add(simulator_name, {"simulator", "--input", options_.input}).runs_once = true;
    return specs;
}

std::vector<SupervisedProgram> Fleet::programs() {
    std::vector<SupervisedProgram> programs;
    for (ProgramSpec& spec : specs()) {
        admin_sockets_.open_for(spec);
        Label name = label(spec.name);
        programs.emplace_back(std::move(spec), std::move(name));
    }
    print_now("fleet",
              "metrics and health (/metrics, /healthz, /readyz) on 127.0.0.1: " + admin_sockets_.list());
    return programs;
}

Label Fleet::label(std::string_view name) const {
    const auto place = std::ranges::find(labels, name) - std::ranges::begin(labels);
    return {name, label_width, static_cast<std::size_t>(place), coloured_};
}

void Fleet::announce_page() {
    using contrail::dashboard::Dashboard;
    if (!options_.dashboard_port && page_.port() != Dashboard::usual_port)
        print_now("fleet",
                  "port " + std::to_string(Dashboard::usual_port) + " is taken; the page has another");
    print_now("fleet", "the page: " + page_.address());
}

void Fleet::print_now(std::string_view who, const std::string& line) {
    print(who, line);
    output_.write_all(reader_patience);
}

void Fleet::print(std::string_view who, const std::string& line) {
    output_.add(label(who), line + '\n');
}

/// On the page.
void Fleet::show(std::string_view who, const std::string& line) {
    page_.tell({Event::Kind::note, std::string(who) + ": " + line});
}

}  // namespace demo
