#include "crash_options.hpp"

#include <map>
#include <string>

namespace rocket_rides {

namespace {

const std::map<std::string, CrashMode> crash_modes{
    {"none", CrashMode::none}, {"exception", CrashMode::exception}, {"kill", CrashMode::kill}};

}  // namespace

void add_crash_options(CLI::App& command, CrashOptions& options) {
    command
        .add_option("--crash", options.mode,
                    "How it crashes on purpose before a commit: none, exception, kill")
        ->transform(CLI::CheckedTransformer(crash_modes, CLI::ignore_case))
        ->default_str("exception");
    command.add_option("--crash-rate", options.rate, "Share of commits that crash")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Seed of the failures made on purpose");
}

}  // namespace rocket_rides
