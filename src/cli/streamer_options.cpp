#include "cli/streamer_options.hpp"

#include <map>
#include <string>

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

void add_floor_options(CLI::App& command, RetentionFloor& floor) {
    command
        .add_option(
            "--log-min-records", floor.records_min,
            "Newest records that log and outbox keep, although every consumer is past them. Default: none")
        ->check(CLI::PositiveNumber);
    command
        .add_option(
            "--log-min-bytes", floor.bytes_min,
            "The same, as memory that the newest records take in the log, as in 512MB or 4GiB. Default: none")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber);
    add_duration(
        command, "--log-min-age", [&floor](std::chrono::seconds age) { floor.age_min = age; },
        "The same, as an age that records reach in the log, as in 90s, 12h or 7d. Default: none");
}

}  // namespace

CLI::Option* add_duration(CLI::App& command, const std::string& flag,
                          const std::function<void(std::chrono::seconds)>& take, const std::string& help) {
    static const std::map<std::string, std::uint64_t> seconds_in_unit{
        {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}, {"w", 604'800}};
    return command
        .add_option_function<std::uint64_t>(
            flag, [take](std::uint64_t count) { take(std::chrono::seconds(count)); }, help)
        ->transform(CLI::AsNumberWithUnit(seconds_in_unit, CLI::AsNumberWithUnit::CASE_SENSITIVE))
        ->check(CLI::Range(1, 1'000'000'000));
}

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

void add_segment_options(CLI::App& command, SegmentLimits& limits) {
    command
        .add_option("--segment-max-bytes", limits.bytes_max,
                    "Size on disk at which the outbox goes on with its next segment, once that is empty")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber)
        ->default_str("64MiB");
    add_duration(
        command, "--segment-max-age", [&limits](std::chrono::seconds age) { limits.current_max = age; },
        "Time after which it does, however little the segment holds")
        ->default_str("5m");
}

void add_retention_options(CLI::App& command, Retention::Options& options) {
    Retention::Limits& limits = options.limits;
    command
        .add_option("--log-max-records", limits.records_max,
                    "Most records in the log; consumers that need more are cut off. Default: no limit")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--log-max-bytes", limits.bytes_max,
                    "Most memory that the log may take, as in 512MB or 4GiB. Default: no limit")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber);
    add_duration(
        command, "--log-max-age", [&limits](std::chrono::seconds age) { limits.age_max = age; },
        "Greatest age of a record in the log, as in 90s, 12h or 7d. Default: no limit");
    add_floor_options(command, options.floor);
    command
        .add_option("--log-unregistered-max-bytes", options.unregistered_bytes_max,
                    "Most memory that the log may take while no consumer is registered")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber)
        ->default_str("1GiB");
}

void add_stream_options(CLI::App& command, StreamerProgramOptions& options) {
    add_streamer_options(command, options.streamer);
    add_segment_options(command, options.segments);
    add_retention_options(command, options.retention);
}

}  // namespace contrail::cli
