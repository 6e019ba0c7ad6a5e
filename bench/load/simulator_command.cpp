#include <unistd.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "bench/load/generator.hpp"
#include "bench/load/load_metrics.hpp"
#include "bench/load/simulator_command.hpp"
#include "contrail/error.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"

namespace contrail::load {

namespace {

/// Over a hundred rides then share each commit of the API. Where the disk takes 5 ms for one, that still
/// makes 20,000 rides a second.
constexpr std::size_t input_connections = 256;

struct Flags {
    std::string url;
    std::uint16_t port = 5005;
    std::optional<double> rate;
    std::optional<std::size_t> connections;
    std::string input;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint64_t> count;
    std::string mix = "create=1";
    AdminOptions admin;

    /// No flag asks for speed: rides come as people take them, and the program shows every answer.
    [[nodiscard]] bool leisurely() const { return input.empty() && !rate; }
};

ApiAddress address(const Flags& flags) {
    return ApiAddress::parse(flags.url.empty() ? "http://127.0.0.1:" + std::to_string(flags.port)
                                               : flags.url);
}

std::unique_ptr<RideSource> source(const Flags& flags, std::uint64_t seed) {
    if (!flags.input.empty()) return std::make_unique<FileRides>(flags.input, flags.count);
    return std::make_unique<RandomRides>(seed, flags.count);
}

Pace pace(const Flags& flags, std::uint64_t seed) {
    if (flags.leisurely()) return leisurely_pace(seed);
    return flags.rate.value_or(0) > 0 ? steady_pace(*flags.rate) : unlimited_pace();
}

/// What is wrong with a mix; empty if nothing is.
std::string fault_in_mix(const std::string& text) {
    try {
        Mix::parse(text);
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

int simulate(const Flags& flags, const std::string& stream_name) {
    const auto stop = stop_on_signals();
    metrics::Registry registry(stream_name);
    LoadMetrics metrics(registry, system_clock());
    metrics::AdminServer admin(flags.admin, registry);
    admin.add(metrics.health_check());
    const std::uint64_t seed = flags.seed.value_or(std::random_device{}());
    const auto rides = source(flags, seed);
    Traffic traffic(*rides, Mix::parse(flags.mix), seed);
    ProgressBar progress(std::cout, isatty(STDOUT_FILENO) == 1, !flags.leisurely(), traffic.total());
    const Generator::Options options{
        .connections = flags.connections.value_or(flags.input.empty() ? 1 : input_connections),
        .show_answers = flags.leisurely(),
        .on_answer = [&metrics](const RideRequest& request, const Answer& answer) {
            metrics.attempted(request.action, answer);
        }};
    Generator simulator(address(flags), traffic, pace(flags, seed), progress, options);
    admin.serve();
    const auto began = std::chrono::steady_clock::now();
    const Tally tally = simulator.run(stop);
    progress.finish(summary_text(tally, std::chrono::steady_clock::now() - began));
    const bool cut_short = stop.stop_requested() && (!flags.input.empty() || flags.count);
    const bool all_accepted = !cut_short && tally.accepted == tally.posted();
    return all_accepted ? cli::exit_success : cli::exit_failure;
}

}  // namespace

void add_simulator_command(cli::Program& program) {
    const auto flags = std::make_shared<Flags>();
    CLI::App* command =
        program.command("simulator", "Post rides to the API, change and delete them",
                        [&program, flags] { return simulate(*flags, program.settings().stream_name); });
    command->add_option("--url", flags->url,
                        "The API: http://host:port (default: this machine's, at --port)");
    command->add_option("--port", flags->port, "The API's port on this machine")
        ->envname("API_PORT")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    command->add_option("--rate", flags->rate, "Requests a second; 0: as fast as the API answers")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--connections", flags->connections,
                     "Connections, each with one request at a time (default: 1; 256 with --input)")
        ->check(CLI::Range(1, 10'000));
    CLI::Option* input = command->add_option(
        "--input", flags->input, "CSV file with a column 'distance': post each row once, then end");
    command
        ->add_option(
            "--mix", flags->mix,
            "Weights of requests, as in create=90,update=8,delete=2: the changes and deletions are of "
            "rides that it created")
        ->check(fault_in_mix)
        ->excludes(input)
        ->capture_default_str();
    command->add_option("--seed", flags->seed, "Makes random rides the same again");
    command->add_option("--count", flags->count, "Requests to make (default: all, or without end)");
    add_flags(*command, flags->admin);
}

}  // namespace contrail::load
