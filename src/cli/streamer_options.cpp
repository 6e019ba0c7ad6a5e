#include "cli/streamer_options.hpp"

#include <chrono>

namespace contrail::cli {

namespace {

void add_milliseconds(CLI::App& command, const std::string& flag, Clock::Duration& value,
                      const std::string& help) {
    command
        .add_option_function<Clock::Duration::rep>(
            flag, [&value](Clock::Duration::rep count) { value = Clock::Duration(count); }, help)
        ->check(CLI::Range(1, 3'600'000))
        ->default_str(std::to_string(value.count()));
}

}  // namespace

void add_streamer_options(CLI::App& command, Streamer::Options& options) {
    command.add_option("--append-records-max", options.chunk.records_max, "Most records in one append")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command.add_option("--append-bytes-max", options.chunk.bytes_max, "Most bytes in one append")
        ->check(CLI::Range(1, 512 << 20))
        ->capture_default_str();
    add_milliseconds(command, "--idle-wait-min-ms", options.idle_wait_min,
                     "First pause when nothing is staged");
    add_milliseconds(command, "--idle-wait-max-ms", options.idle_wait_max,
                     "Longest pause when nothing is staged");
    add_milliseconds(
        command, "--takeover-wait-ms", options.takeover_wait,
        "Work beside the streamer that leads when the log stood still for so long while records wait");
}

}  // namespace contrail::cli
