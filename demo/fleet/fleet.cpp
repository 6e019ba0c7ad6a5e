#include "demo/fleet/fleet.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "cli/program.hpp"
#include "contrail/postgres.hpp"
#include "demo/fleet/earlier.hpp"
#include "demo/fleet/flow.hpp"
#include "demo/fleet/stop_signals.hpp"
#include "http/listen.hpp"
#include "migrate.hpp"
#include "verify/report_text.hpp"

namespace rocket_rides {

namespace {

using namespace std::chrono_literals;
using contrail::dashboard::Happening;

// A reader that takes nothing for this long is not waited for.
constexpr auto reader_patience = 2s;

/// Who speaks in the fleet's output. The place in this list decides the colour.
constexpr std::string_view speakers[] = {"consumer0", "consumer1", "warehouse", "streamer", "api",
                                         "simulator", "postgres",  "redis",     "fleet"};
constexpr std::size_t name_width = std::ranges::max(speakers, {}, &std::string_view::size).size();

/// Throws Error if the API could not listen. It would say so itself, but not before the simulator has
/// posted rides to whoever does listen there.
void require_free_port(std::uint16_t port) {
    boost::asio::io_context context;
    contrail::http::listen(context, "127.0.0.1", port, "API_PORT");
}

/// The log keeps what consumers need that it knows, which is from their first commit on. One that starts late
/// would find the beginning gone; so they are made known before there is a record.
void register_consumers(const contrail::Settings& settings) {
    std::map<contrail::ConsumerName, contrail::RecordId> unknown;
    for (const std::string_view name : consumer_names)
        unknown.try_emplace(contrail::ConsumerName(std::string(name)));
    unknown.try_emplace(contrail::ConsumerName(std::string(warehouse_name)));

    const auto outbox = contrail::postgres_outbox(settings);
    for (const auto& known : outbox->registry().consumers()) unknown.erase(known.name);
    outbox->registry().note(unknown);
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
    // A reader that goes away is noticed when something is written to it, and the fleet then ends in order.
    std::signal(SIGPIPE, SIG_IGN);
    require_free_port(options_.api_port);
    announce_page();
    bool began = false;
    PrivateServers servers(options_.data_dir, settings_,
                           [&](std::string_view server, const std::string& what) {
                               say(server, what);
                               if (began) tell(server, what);
                           });
    migrate(settings_);
    register_consumers(settings_);
    std::filesystem::create_directories(options_.data_dir);  // the warehouse's, too
    // Up to here a signal ends this process at once, and its death ends what it has started.
    StopSignals signals;
    Supervisor supervisor(members(), output_, signals);
    supervisor.on_end([this](std::string_view member, const std::string& what) { tell(member, what); });
    HarmDoer harm_doer(settings_, supervisor, servers, page_.harm());
    page_.begin(settings_, allowed_harm(servers));
    began = true;
    Completion completion(settings_);
    supervise(supervisor, servers, harm_doer, completion);
    if (const auto signal = supervisor.stop_signal())
        output_.add(label("fleet"), std::string("ending: ") + ::sigdescr_np(*signal) + '\n');
    supervisor.stop();
    return conclude(supervisor, completion.report());
}

void Fleet::supervise(Supervisor& supervisor, PrivateServers& servers, HarmDoer& harm_doer,
                      Completion& completion) {
    Flow flow(settings_);
    while (!supervisor.stop_wanted()) {
        const bool posted = options_.exit_when_done && supervisor.last_status(simulator_name);
        if (posted && completion.reached()) return;
        std::vector<int> watched = servers.exit_descriptors();
        watched.push_back(page_.harm().descriptor());
        const auto pause = posted ? std::optional(completion.pause()) : flow.pause();
        supervisor.turn(earlier(pause, harm_doer.pause()), watched);
        if (flow.begins()) add("fleet", "rides flow; watch them at " + page_.address());
        if (const auto told = harm_doer.turn()) {
            add("fleet", *told);
            page_.tell({Happening::Kind::bad, *told});
            page_.look_now();
        }
        servers.start_what_died([&] {
            supervisor.turn(0ms);
            return !supervisor.stop_wanted();
        });
    }
}

std::vector<Harm> Fleet::allowed_harm(const PrivateServers& servers) const {
    const bool all_its_own = servers.has_postgres() && servers.has_redis();
    std::vector<Harm> allowed;
    if (!options_.allow_harm.value_or(all_its_own)) return allowed;
    for (const HarmWords& each : all_harm) {
        if (each.harm == Harm::wipe_redis && !servers.has_redis()) continue;
        if (each.harm == Harm::stop_postgres && !servers.has_postgres()) continue;
        allowed.push_back(each.harm);
    }
    return allowed;
}

int Fleet::conclude(const Supervisor& supervisor, const std::optional<Report>& report) {
    if (report) output_.add(to_text(*report));
    output_.write_all(reader_patience);
    if (supervisor.person_needed()) return contrail::cli::exit_person_needed;
    if (!options_.exit_when_done) return contrail::cli::exit_success;
    const auto posted = supervisor.last_status(simulator_name);
    const bool done = posted && posted->success() && report && agree(*report);
    return done ? contrail::cli::exit_success : contrail::cli::exit_failure;
}

std::vector<Member> Fleet::members() {
    std::vector<Member> members;
    for (Member::Plan& plan : fleet_members(settings_, options_)) {
        admin_sockets_.give(plan);
        Label name = label(plan.name);
        members.emplace_back(std::move(plan), std::move(name));
    }
    say("fleet", "metrics and health (/metrics, /healthz, /readyz) on 127.0.0.1: " + admin_sockets_.list());
    return members;
}

Label Fleet::label(std::string_view name) const {
    const auto place = std::ranges::find(speakers, name) - std::ranges::begin(speakers);
    return {name, name_width, static_cast<std::size_t>(place), coloured_};
}

void Fleet::announce_page() {
    using contrail::dashboard::Dashboard;
    if (!options_.dashboard_port && page_.port() != Dashboard::usual_port)
        say("fleet", "port " + std::to_string(Dashboard::usual_port) + " is taken; the page has another");
    say("fleet", "the page: " + page_.address());
}

void Fleet::say(std::string_view who, const std::string& what) {
    add(who, what);
    output_.write_all(reader_patience);
}

void Fleet::add(std::string_view who, const std::string& what) {
    output_.add(label(who), what + '\n');
}

void Fleet::tell(std::string_view who, const std::string& what) {
    page_.tell({Happening::Kind::note, std::string(who) + ": " + what});
}

}  // namespace rocket_rides
