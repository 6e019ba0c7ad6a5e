#include "chaos/chaos_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "chaos/chaos.hpp"
#include "contrail/error.hpp"
#include "servers/folder.hpp"
#include "servers/temporary_directory.hpp"
#include "servers/unprivileged_user.hpp"

namespace chaos {

namespace {

using std::chrono::milliseconds;

struct Flags {
    ChaosOptions chaos;
    std::optional<std::uint64_t> seed;
    bool list = false;
    bool json = false;
};

int list(const std::string& log) {
    const auto engine = log_engine(log);
    for (const demo::Fault& fault : faults_for(engine.get()))
        std::cout << fmt::format("{:<24} {}.\n{:<24} Ends: {}.\n", fault.name, fault.does, "", fault.ends);
    return contrail::exit_success;
}

/// The verdict would count what another run left there.
void require_empty(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder))
        throw contrail::Error(contrail::Retry::never, "Cannot begin in " + folder.string() +
                                                          ": the folder is not empty. Choose another one "
                                                          "(--data-dir).");
    const auto user = contrail::servers::unprivileged_user();
    contrail::servers::create_folders(std::filesystem::absolute(folder),
                                      user ? std::optional(user->gid) : std::nullopt);
}

int run(Flags flags) {
    if (flags.list) return list(flags.chaos.log);
    contrail::servers::TemporaryDirectory temporary;
    const bool has_own_folder = !flags.chaos.data_dir.empty();
    if (!has_own_folder) flags.chaos.data_dir = temporary.path();
    require_empty(flags.chaos.data_dir);
    flags.chaos.seed = flags.seed.value_or(std::random_device{}());
    std::ostream& progress = flags.json ? std::cerr : std::cout;
    const auto log = [&](std::string_view line) { progress << line << std::endl; };
    log(fmt::format("seed {0}; to repeat this schedule: rocket_rides chaos --log {1} --seed {0}",
                    flags.chaos.seed, flags.chaos.log));

    ChaosResult result = Chaos(flags.chaos, log).run();
    if (has_own_folder || !result.good()) result.data_dir = flags.chaos.data_dir;
    if (!result.good()) temporary.keep();
    if (!(std::cout << (flags.json ? to_json(result) : to_text(result)) << std::flush))
        throw contrail::Error(contrail::Retry::call, "Cannot write the verdict to standard output.");
    return result.good() ? contrail::exit_success : contrail::exit_failure;
}

std::vector<std::string> fault_names() {
    std::vector<std::string> names;
    for (const demo::Fault& fault : demo::all_faults()) names.push_back(fault.name);
    for (const std::string& log : log_engine_names())
        for (const demo::Fault& fault : log_engine(log)->faults()) names.push_back(fault.name);
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

void add_fault_flags(CLI::App& command, Flags& flags) {
    ChaosOptions& chaos = flags.chaos;
    command.add_option("--log", chaos.log, "What holds the log: each has faults of its own")
        ->check(CLI::IsMember(log_names()))
        ->capture_default_str();
    add_milliseconds(command, "--duration", chaos.duration, "How long to inject faults, such as 90s or 10m");
    command
        .add_option("--times", chaos.times,
                    "Instead of a duration: until each kind of fault happened so often")
        ->check(CLI::PositiveNumber);
    command.add_option("--seed", flags.seed, "Decides the faults, their targets, times and lengths");
    command.add_option("--only", chaos.only, "Kinds of fault, separated by commas (default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember(fault_names()));
    command.add_flag("--list", flags.list, "Print the kinds of fault and end");
    command.add_option("--at-once", chaos.schedule.at_once_max, "Most faults at once")
        ->check(CLI::Range(1, 10))
        ->capture_default_str();
    add_milliseconds(command, "--lasts-max", chaos.schedule.lasts_max, "Longest time that a fault lasts");
    add_milliseconds(command, "--patience", chaos.patience, "Longest time that a recovery may take");
}

void add_load_flags(CLI::App& command, ChaosOptions& chaos) {
    command.add_option("--rate", chaos.rides_per_second, "Rides per second posted to the API")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--clients", chaos.clients, "Connections to the API")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command.add_option("--writers", chaos.writers, "Producers that create, change and delete rides in SQL")
        ->check(CLI::Range(0, 50))
        ->capture_default_str();
}

}  // namespace

void add_chaos_command(contrail::Program& program) {
    const auto flags = std::make_shared<Flags>();
    CLI::App* command =
        program.command("chaos", "Run everything on private servers, inject faults, and judge the result",
                        [flags] { return run(*flags); });
    add_fault_flags(*command, *flags);
    add_load_flags(*command, flags->chaos);
    command->add_option(
        "--data-dir", flags->chaos.data_dir,
        "Folder for data and logs (default: a temporary folder, kept only if the verdict is bad)");
    command->add_flag("--json", flags->json, "Print the verdict as JSON, and the progress to standard error");
}

}  // namespace chaos
