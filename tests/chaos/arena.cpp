#include "chaos/arena.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <utility>

#include "chaos/verdict/collect.hpp"
#include "contrail/postgres.hpp"
#include "demo/fleet/members.hpp"
#include "http/listen.hpp"
#include "migrate.hpp"

namespace rocket_rides::chaos {

namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using std::chrono::steady_clock;

constexpr auto localhost = "127.0.0.1";
constexpr auto postgres_socket = ".s.PGSQL.5432";
constexpr auto redis_socket = "redis.sock";

std::uint16_t free_port() {
    boost::asio::io_context context;
    return contrail::http::listen(context, localhost, 0, "nothing: any will do").local_endpoint().port();
}

Names writers(std::size_t count) {
    Names names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("writer" + std::to_string(i));
    return names;
}

/// Everybody who needs both servers.
Names streamers_and_consumers() {
    Names names = streamers();
    names.insert(names.end(), consumers().begin(), consumers().end());
    return names;
}

/// What a consumer is called by its checkpoint.
std::string consumer_name(const std::string& program) {
    return program.substr(0, program.find('-'));
}

std::vector<std::string> arguments_of(const std::string& program, const std::filesystem::path& data_dir) {
    // Small appends and batches, so that there are many points at which to be struck.
    if (program.starts_with("streamer")) return {"streamer", "--append-records-max", "50"};
    if (program.starts_with("consumer"))
        return {"consumer", consumer_name(program), "--batch-records-max", "100", "--quiet"};
    if (program == warehouse_name)
        return {"warehouse", "--file", warehouse_file(data_dir), "--batch-records-max", "100", "--quiet"};
    return {program};
}

}  // namespace

const Names& streamers() {
    static const Names names{"streamer0", "streamer1"};
    return names;
}

const Names& consumers() {
    static const Names names{"consumer0", "consumer0-twin", "consumer1", "warehouse"};
    return names;
}

const Names& apis() {
    static const Names names{"api"};
    return names;
}

Arena::Arena(Options options, Say say) : options_(std::move(options)), say_(std::move(say)) {
    // A server that goes away is noticed when something is written to it.
    std::signal(SIGPIPE, SIG_IGN);
    std::string no_disks = start_servers();
    migrate(direct_);
    // The watcher and the verdict look through the whole log: nothing of it may go.
    contrail::postgres_outbox(direct_)->registry().note({{contrail::ConsumerName("watcher"), {}}});
    // Here, because all threads that are started from now on must leave the signals to the main one.
    signals_.emplace();
    open_ways();
    api_port_ = free_port();
    programs_log_ = contrail::servers::open_for_append(options_.data_dir / "programs.log");
    output_.emplace(programs_log_.get());
    programs_.emplace(members(), *output_, *signals_);
    world_.emplace(World{.servers = *servers_,
                         .programs = *programs_,
                         .network = *network_,
                         .direct = direct_,
                         .redis_socket = servers_->redis().socket(),
                         .redis_data = options_.data_dir / "redis",
                         .programs_output = programs_log_.get(),
                         .postgres_disk = postgres_disk_ ? &*postgres_disk_ : nullptr,
                         .redis_disk = redis_disk_ ? &*redis_disk_ : nullptr,
                         .no_disks = std::move(no_disks)});
    watcher_.emplace(servers_->redis().socket(), direct_.stream_name);
    start_load();
}

Arena::~Arena() {
    try {
        if (under_load_) stop_load();
        programs_->stop();
        output_->write_all(1s);
    } catch (const std::exception& error) {
        say_(std::string("cannot end in order: ") + error.what());
    }
}

/// Returns why there are no small disks; empty if there are.
std::string Arena::start_servers() {
    std::string no_disks = have_own_mounts();
    if (no_disks.empty()) {
        postgres_disk_.emplace(options_.data_dir / "postgres");
        redis_disk_.emplace(options_.data_dir / "redis");
    }
    servers_.emplace(options_.data_dir, direct_, [this](std::string_view server, const std::string& what) {
        say_(std::string(server) + ": " + what);
    });
    return no_disks;
}

void Arena::open_ways() {
    network_.emplace();
    const auto add = [&](const std::string& program, const char* server, const char* name,
                         const std::filesystem::path& socket) {
        const std::filesystem::path folder = ways_.path() / program;
        std::filesystem::create_directory(folder);
        network_->add(program + "-" + server, folder / name, socket);
    };
    Names with_postgres = streamers_and_consumers();
    with_postgres.insert(with_postgres.end(), apis().begin(), apis().end());
    for (const std::string& name : writers(options_.writers)) with_postgres.push_back(name);
    for (const std::string& name : with_postgres)
        add(name, "postgres", postgres_socket, servers_->postgres().socket());
    for (const std::string& name : streamers_and_consumers())
        add(name, "redis", redis_socket, servers_->redis().socket());
}

contrail::Settings Arena::settings_of(const std::string& program) const {
    contrail::Settings settings = direct_;
    const std::string folder = (ways_.path() / program).string();
    settings.database_url = "host=" + folder + " port=5432 user=postgres dbname=rocket_rides";
    settings.redis_url = "unix://" + folder + "/" + redis_socket;
    return settings;
}

std::vector<Member> Arena::members() const {
    std::vector<Member> members;
    const auto add = [&](const std::string& name) {
        constexpr std::size_t name_width = 14;
        members.emplace_back(
            program(name, arguments_of(name, options_.data_dir), settings_of(name), api_port_),
            Label(name, name_width, 0, /*coloured=*/false));
    };
    for (const std::string& name : consumers()) add(name);
    for (const std::string& name : streamers()) add(name);
    for (const std::string& name : apis()) add(name);
    return members;
}

void Arena::start_load() {
    std::uint64_t seed = options_.seed;
    for (const std::string& name : writers(options_.writers))
        writers_.push_back(std::make_unique<Writer>(settings_of(name), ++seed, history_));
    api_load_.emplace(ApiLoad::Options{.url = "http://127.0.0.1:" + std::to_string(api_port_),
                                       .rides_per_second = options_.rides_per_second,
                                       .connections = options_.clients,
                                       .seed = ++seed,
                                       .log = options_.data_dir / "load.log"},
                      history_);
    under_load_ = true;
}

void Arena::turn_until(SteadyTime time) {
    const auto keep_waiting = [&] {
        programs_->turn(0ms);
        return !programs_->stop_wanted();
    };
    do {
        const auto left = std::max(0ms, std::chrono::ceil<Duration>(time - steady_clock::now()));
        const std::vector<int> exits = servers_->exit_descriptors();
        programs_->turn(left, exits);
        servers_->start_what_died(keep_waiting);
    } while (steady_clock::now() < time && !programs_->stop_wanted());
}

std::string Arena::interruption() const {
    if (programs_->person_needed()) {
        return "a program says that it needs a person, by exit status 78; the end of " +
               (options_.data_dir / "programs.log").string() + " tells which, and why";
    }
    return programs_->stop_wanted() ? "a signal asked for the end" : "";
}

Convergence Arena::converge() const {
    Convergence::Options options{.consumers = {}, .under_load = under_load_};
    for (const std::string& program : consumers()) options.consumers.push_back(consumer_name(program));
    return {direct_, history_, *watcher_, options};
}

void Arena::stop_load() {
    under_load_ = false;
    api_load_->request_stop();
    for (const auto& writer : writers_) writer->request_stop();
    const auto ended = [](const auto& load) { return load->ended(); };
    while (!api_load_->ended() || !std::ranges::all_of(writers_, ended)) {
        constexpr auto look_again = 20ms;
        turn_until(steady_clock::now() + look_again);
        if (programs_->stop_wanted()) break;  // they are waited for when they are destroyed
    }
}

Evidence Arena::collect() {
    constexpr auto look_again = 10ms;
    constexpr auto patience = 1min;
    sweep();
    const auto deadline = steady_clock::now() + patience;
    while (!watcher_->swept() && steady_clock::now() < deadline) turn_until(steady_clock::now() + look_again);

    Evidence evidence;
    evidence.changes = history_.changes();
    const SeenLog seen = watcher_->seen();
    evidence.log.assign(seen.records().begin(), seen.records().end());
    collect_from_postgres(direct_, evidence);
    collect_from_warehouse(warehouse_file(options_.data_dir), evidence);
    evidence.watched = watcher_->findings();
    return evidence;
}

}  // namespace rocket_rides::chaos
