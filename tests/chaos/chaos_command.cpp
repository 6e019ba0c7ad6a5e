#include "chaos/chaos_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "chaos/chaos.hpp"
#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"

namespace rocket_rides {

namespace {

using chaos::ChaosOptions;
using chaos::ChaosReport;
using chaos::Disaster;
using std::chrono::milliseconds;

struct Flags {
    ChaosOptions chaos;
    std::optional<std::uint64_t> seed;
    bool list = false;
    bool json = false;
};

int list() {
    for (const Disaster& kind : chaos::all_disasters())
        std::cout << fmt::format("{:<24} {}.\n{:<24} Then: {}.\n", kind.name, kind.does, "", kind.undone);
    return contrail::cli::exit_success;
}

/// Made or found empty: what others have left would be judged too.
void require_empty(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder))
        throw contrail::Error(contrail::Retry::never,
                              "Cannot begin in " + folder.string() +
                                  ": there is something in it already. Choose another folder (--data-dir).");
    std::filesystem::create_directories(folder);
}

int run(Flags flags) {
    if (flags.list) return list();
    contrail::servers::TemporaryDirectory temporary;
    const bool kept_anyway = !flags.chaos.data_dir.empty();
    if (!kept_anyway) flags.chaos.data_dir = temporary.path();
    require_empty(flags.chaos.data_dir);
    flags.chaos.seed = flags.seed.value_or(std::random_device{}());
    std::ostream& progress = flags.json ? std::cerr : std::cout;
    const auto say = [&](const std::string& line) { progress << line << std::endl; };
    say(fmt::format("seed {}; to begin the same again: rocket_rides chaos --seed {}", flags.chaos.seed,
                    flags.chaos.seed));

    ChaosReport report = chaos::Chaos(flags.chaos, say).run();
    if (kept_anyway || !report.good()) report.data_dir = flags.chaos.data_dir;
    if (!report.good()) temporary.keep();
    std::cout << (flags.json ? to_json(report) : to_text(report)) << std::flush;
    return report.good() ? contrail::cli::exit_success : contrail::cli::exit_failure;
}

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const Disaster& kind : chaos::all_disasters()) names.push_back(kind.name);
    return names;
}

void add_milliseconds(CLI::App& command, const std::string& flag, milliseconds& value,
                      const std::string& help) {
    static const std::map<std::string, std::int64_t> units{
        {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
    command
        .add_option_function<std::int64_t>(
            flag, [&value](std::int64_t count) { value = milliseconds(count); }, help)
        ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED))
        ->default_str(std::to_string(value.count()) + "ms")
        ->type_name("TIME");
}

}  // namespace

void add_chaos_command(contrail::cli::Program& program) {
    const auto flags = std::make_shared<Flags>();
    CLI::App* command = program.command(
        "chaos", "Run the fleet on servers of its own, strike it with disasters, and judge what is left",
        [flags] { return run(*flags); });
    ChaosOptions& chaos = flags->chaos;
    add_milliseconds(*command, "--duration", chaos.duration, "How long disasters go on, such as 90s or 10m");
    command
        ->add_option("--times", chaos.times,
                     "Instead of a duration: until each kind has struck so many times")
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", flags->seed, "Decides which disasters strike whom, when, and for how long");
    command->add_option("--only", chaos.only, "Kinds of disaster, separated by commas (default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember(kind_names()));
    command->add_flag("--list", flags->list, "Print the kinds of disaster and end");
    command->add_option("--at-once", chaos.plan.at_once_max, "Most disasters at once")
        ->check(CLI::Range(1, 10))
        ->capture_default_str();
    add_milliseconds(*command, "--lasts-max", chaos.plan.lasts_max, "Longest time that a disaster lasts");
    add_milliseconds(*command, "--patience", chaos.patience, "Longest time until all has to be well again");
    command->add_option("--rate", chaos.rides_per_second, "Rides a second that are posted to the API")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--clients", chaos.clients, "Connections by which they are posted")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->add_option("--writers", chaos.writers, "Producers that make, change and delete rides in SQL")
        ->check(CLI::Range(0, 50))
        ->capture_default_str();
    command->add_option("--data-dir", chaos.data_dir,
                        "Where data and logs are kept (default: a folder that is removed if all went well)");
    command->add_flag("--json", flags->json, "Print the verdict as JSON, and the progress to stderr");
}

}  // namespace rocket_rides
