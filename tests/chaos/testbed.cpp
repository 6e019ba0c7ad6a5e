#include "chaos/testbed.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <string_view>
#include <utility>

#include "archive/folder.hpp"
#include "chaos/verdict/collect.hpp"
#include "chaos/watch/redis_source.hpp"
#include "commands.hpp"
#include "contrail/postgres.hpp"
#include "demo/supervisor/programs.hpp"
#include "servers/descriptors.hpp"
#include "support/free_port.hpp"

namespace chaos {

namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using std::chrono::steady_clock;

constexpr auto postgres_socket = ".s.PGSQL.5432";
constexpr auto redis_socket = "redis.sock";

const Names& streamers() {
    static const Names names{"streamer0", "streamer1"};
    return names;
}

/// The consumer whose processes share segments.
constexpr auto partitioned = "parts";

const Names& consumers() {
    static const Names names{"consumer0", "consumer0-twin", "consumer1", "parts", "parts-twin", "warehouse"};
    return names;
}

/// One folder; the second instance stands by.
const Names& archives() {
    static const Names names{"archive", "archive-twin"};
    return names;
}

const Names& apis() {
    static const Names names{"api"};
    return names;
}

Names writers(std::size_t count) {
    Names names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("writer" + std::to_string(i));
    return names;
}

/// The programs that use both servers.
Names streamers_and_consumers() {
    Names names = streamers();
    names.insert(names.end(), consumers().begin(), consumers().end());
    return names;
}

/// Faults of consumers hit archives, too.
Names consumers_and_archives() {
    Names names = consumers();
    names.insert(names.end(), archives().begin(), archives().end());
    return names;
}

/// The consumer's name of a program: twins share one.
std::string consumer_name(const std::string& program) {
    return program.substr(0, program.find('-'));
}

std::vector<std::string> arguments_of(const std::string& program, const std::filesystem::path& data_dir) {
    // Small appends and batches give faults many places to hit.
    if (program.starts_with("streamer")) return {"streamer", "--append-records-max", "50"};
    if (program.starts_with("consumer"))
        return {"consumer", consumer_name(program), "--batch-records-max", "100", "--quiet"};
    if (consumer_name(program) == partitioned)
        return {"consumer", partitioned, "--segments", "4", "--batch-records-max", "100", "--quiet"};
    if (program == demo::warehouse_name)
        return {"warehouse",           "--file", demo::warehouse_file(data_dir),
                "--batch-records-max", "100",    "--quiet"};
    if (program.starts_with("archive"))
        return {"archive", "--dir", data_dir / "archive", "--file-max-age", "1s"};
    return {program};
}

/// `contrail`, beside this program.
std::filesystem::path contrail_program() {
    std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe").replace_filename("contrail");
    if (std::filesystem::exists(program)) return program;
    throw contrail::Error(contrail::Retry::never,
                          "Cannot run the archive: there is no program " + program.native() +
                              ". Build it: cmake --build … --target contrail_program.");
}

/// What the archive lacks of the records up to `last`, as a clause.
std::string archive_lacks(const std::filesystem::path& path, contrail::Offset last) {
    const contrail::archive::Folder folder(path);
    if (!folder.identity()) return "there is no archive";
    const contrail::Offset end = folder.contents().end().offset;
    if (end >= last) return "";
    return "the archive ends with offset " + std::to_string(end.value) + ", but records up to offset " +
           std::to_string(last.value) + " were staged";
}

}  // namespace

std::vector<demo::Fault> faults_for(LogEngine* engine) {
    std::vector<demo::Fault> faults = demo::all_faults();
    if (engine == nullptr) return faults;
    std::erase_if(faults, [](const demo::Fault& fault) { return fault.target == demo::Target::log; });
    std::ranges::move(engine->faults(), std::back_inserter(faults));
    return faults;
}

Testbed::Testbed(Options options, contrail::base::LineSink log)
    : options_(std::move(options)),
      log_(std::move(log)),
      engine_(log_engine(options_.log)) {
    // A write to a server that died then fails instead of ending this process.
    std::signal(SIGPIPE, SIG_IGN);
    std::string no_disks = start_servers();
    rocket_rides::migrate(direct_);
    // The watcher and the verdict read the whole log: retention must not trim any of it.
    contrail::postgres_outbox(direct_)->registry().note(
        {{contrail::ConsumerName("watcher"), contrail::RecordId{}}});
    // Here, because all threads from now on must leave the signals to the main one.
    signals_.emplace();
    open_links();
    api_port_ = contrail::test::free_port();
    programs_log_ = contrail::servers::open_for_append(options_.data_dir / "programs.log");
    output_.emplace(programs_log_.get());
    supervisor_.emplace(programs(), *output_, *signals_);
    system_.emplace(demo::System{.servers = *servers_,
                                 .programs = *supervisor_,
                                 .direct = direct_,
                                 .streamers = streamers(),
                                 .consumers = consumers_and_archives(),
                                 .apis = apis(),
                                 .partitioned = partitioned,
                                 .programs_output = programs_log_.get(),
                                 .network = &*network_,
                                 .postgres_disk = postgres_disk_ ? &*postgres_disk_ : nullptr,
                                 .redis_disk = redis_disk_ ? &*redis_disk_ : nullptr,
                                 .no_disks = std::move(no_disks)});
    watcher_.emplace(log_source());
    start_load();
}

Testbed::~Testbed() {
    try {
        if (under_load_) stop_load();
        supervisor_->stop();
        output_->write_all(1s);
    } catch (const std::exception& error) {
        log_(std::string("cannot end in order: ") + error.what());
    }
}

/// Returns why there are no small disks; empty if there are.
std::string Testbed::start_servers() {
    std::string no_disks = demo::use_private_mounts();
    if (no_disks.empty()) {
        postgres_disk_.emplace(options_.data_dir / "postgres" / "home");
        redis_disk_.emplace(options_.data_dir / "redis" / "home");
    }
    std::string log_url;
    if (engine_) {
        log_("log: starting the servers of " + options_.log);
        log_url = engine_->start(options_.data_dir / options_.log, direct_.stream_name);
        log_("log: ready, LOG_URL=" + log_url);
    }
    servers_.emplace(
        options_.data_dir, direct_,
        [this](std::string_view server, const std::string& line) { log_(std::string(server) + ": " + line); },
        demo::PrivateServers::Options{.tcp = std::nullopt, .log_url = log_url});
    return no_disks;
}

void Testbed::open_links() {
    network_.emplace();
    const auto add = [&](const std::string& program, const char* server, const char* name,
                         const std::filesystem::path& socket) {
        const std::filesystem::path folder = links_.path() / program;
        std::filesystem::create_directory(folder);
        network_->add(program + "-" + server, folder / name, socket);
    };
    Names with_postgres = streamers_and_consumers();
    with_postgres.insert(with_postgres.end(), apis().begin(), apis().end());
    for (const std::string& name : writers(options_.writers)) with_postgres.push_back(name);
    for (const std::string& name : with_postgres)
        add(name, "postgres", postgres_socket, servers_->postgres().socket());
    // The nodes of other logs tell programs their own addresses, which no proxy can stand before.
    if (engine_) return;
    Names with_redis = streamers_and_consumers();
    with_redis.insert(with_redis.end(), archives().begin(), archives().end());
    for (const std::string& name : with_redis) add(name, "redis", redis_socket, servers_->redis().socket());
}

contrail::Settings Testbed::settings_of(const std::string& program) const {
    contrail::Settings settings = direct_;
    const std::string folder = (links_.path() / program).string();
    settings.database_url = "host=" + folder + " port=5432 user=postgres dbname=rocket_rides";
    if (!engine_) settings.log_url = "unix://" + folder + "/" + redis_socket;
    return settings;
}

std::vector<demo::SupervisedProgram> Testbed::programs() const {
    std::vector<demo::SupervisedProgram> programs;
    const auto add = [&](const std::string& name) {
        constexpr std::size_t label_width = 14;
        auto spec = demo::rocket_rides_program(name, arguments_of(name, options_.data_dir), settings_of(name),
                                               api_port_);
        if (name.starts_with("archive")) spec.command.arguments.front() = contrail_program();
        programs.emplace_back(std::move(spec), demo::Label(name, label_width, 0, /*coloured=*/false));
    };
    for (const std::string& name : archives()) add(name);
    for (const std::string& name : consumers()) add(name);
    for (const std::string& name : streamers()) add(name);
    for (const std::string& name : apis()) add(name);
    return programs;
}

/// Opens readers of the log, on any thread.
std::function<std::unique_ptr<LogSource>()> Testbed::log_source() {
    if (engine_) return [this] { return engine_->source(); };
    return [servers = RedisServers{.sockets = {servers_->redis().socket()}}, stream = direct_.stream_name] {
        return open_redis_source(servers, stream);
    };
}

void Testbed::start_load() {
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

void Testbed::run_until(SteadyTime time) {
    const auto keep_waiting = [&] {
        supervisor_->run_once(0ms);
        return !supervisor_->stop_wanted();
    };
    do {
        const auto left = std::max(0ms, std::chrono::ceil<Duration>(time - steady_clock::now()));
        const std::vector<int> exits = servers_->exit_descriptors();
        supervisor_->run_once(left, exits);
        servers_->start_dead_servers(keep_waiting);
    } while (steady_clock::now() < time && !supervisor_->stop_wanted());
}

std::string Testbed::interruption() const {
    if (supervisor_->operator_needed())
        return "A program exited with status 78: it needs an operator. The end of " +
               (options_.data_dir / "programs.log").string() + " says which program, and why.";
    return supervisor_->stop_wanted() ? "A signal asked for the end." : "";
}

Convergence Testbed::converge() const {
    Convergence::Options options{.consumers = {}, .under_load = under_load_};
    options.archive_lacks = [this](contrail::Offset last) {
        return archive_lacks(options_.data_dir / "archive", last);
    };
    if (engine_) options.servers_lack = [this] { return engine_->missing(); };
    for (const std::string& program : consumers()) options.consumers.push_back(consumer_name(program));
    return {direct_, history_, *watcher_, options};
}

void Testbed::stop_load() {
    under_load_ = false;
    api_load_->request_stop();
    for (const auto& writer : writers_) writer->request_stop();
    const auto ended = [](const auto& load) { return load->ended(); };
    while (!api_load_->ended() || !std::ranges::all_of(writers_, ended)) {
        constexpr auto check_every = 20ms;
        run_until(steady_clock::now() + check_every);
        if (supervisor_->stop_wanted()) break;  // their destructors wait for them
    }
}

Evidence Testbed::collect() {
    constexpr auto check_every = 10ms;
    constexpr auto patience = 1min;
    sweep();
    const auto deadline = steady_clock::now() + patience;
    while (!watcher_->swept() && steady_clock::now() < deadline) run_until(steady_clock::now() + check_every);

    Evidence evidence;
    evidence.changes = history_.changes();
    const SeenLog seen = watcher_->seen();
    evidence.log.assign(seen.records().begin(), seen.records().end());
    collect_from_postgres(direct_, evidence);
    collect_from_warehouse(demo::warehouse_file(options_.data_dir), evidence);
    collect_from_archive(options_.data_dir / "archive", evidence);
    evidence.watched = watcher_->findings();
    return evidence;
}

}  // namespace chaos
