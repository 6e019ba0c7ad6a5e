#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contrail {

/// What a streamer or a consumer is at.
enum class ProgramState {
    streaming,    ///< A streamer that sent a batch just now.
    consuming,    ///< A consumer that committed just now.
    idle,         ///< Nothing was left to be done.
    standing_by,  ///< Another instance works.
    held_back,    ///< A streamer that waits for room in the log's server.
    retrying,     ///< Something failed, and is tried again.
    halted,       ///< It has ended with an error: somebody has to act first.
    cut_off,      ///< A limit on the log dropped records that this consumer had not applied.
    stopped,      ///< It has ended, or says nothing any more.
    unknown,      ///< It never said anything, or nobody can be asked.
};

/// `streaming`, `standing_by` …
std::string_view name(ProgramState state);

/// What a program tells about itself beside the log.
struct Report {
    ProgramState state = ProgramState::unknown;
    std::uint64_t at_ms = 0;        ///< When, by the clock of the log's server. Unix time in milliseconds.
    std::string error{};            ///< What failed last; empty: nothing did since it was started.
    std::uint64_t error_at_ms = 0;  ///< When, by the program's clock.
    /// From a record's seal to the commit of its effects, over the last seconds; nothing: none was committed.
    std::optional<double> latency_p50_ms{};
    std::optional<double> latency_p99_ms{};

    bool operator==(const Report&) const = default;
};

/// A report as it is kept beside the log: one JSON object, in two parts between which `at_ms` belongs.
struct ReportText {
    std::string before_at_ms;
    std::string after_at_ms;
};
ReportText to_text(const Report& report);

/// Reads one back. Nothing if `text` is no report.
std::optional<Report> parse_report(std::string_view text);

}  // namespace contrail
