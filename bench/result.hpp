#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::bench {

/// The values of one measurement, one of each run.
struct Series {
    std::string setting;  ///< The circumstances: `appendfsync always`.
    std::string subject;  ///< What is measured: `contrail`, `bare loop`.
    std::string unit;     ///< `records/s`, `ms`, `MiB` …
    /// The series of the same unit that this one is divided by, run by run. An empty setting means the same
    /// setting. A series without one is a bare limit itself, or a figure of its own.
    struct Limit {
        std::string subject;
        std::string setting = {};
    };
    std::optional<Limit> limit = {};
    /// The setting as a number, for the horizontal axis of plots.
    std::optional<double> x = {};

    std::vector<double> values = {};  ///< In the order of the runs.
};

/// The result of a benchmark.
struct Result {
    std::string benchmark;
    std::string what;                     ///< Follows its name: `from the outbox into the log`.
    std::vector<std::string> notes = {};  ///< Sentences that explain the figures.
    std::vector<Series> series = {};
};

/// The median of some values, and their range.
struct Spread {
    double median = 0;
    double min = 0;
    double max = 0;
};

/// `values` must not be empty.
Spread spread(std::vector<double> values);

/// The limit of `series`; null if it has none.
const Series* limit_of(const Series& series, const Result& result);

/// The ratio of `series` to its limit, taken run by run, so that a disturbance of the machine affects both.
/// Nothing if there is no limit, or one of the two has no values.
std::optional<Spread> ratio(const Series& series, const Result& result);

/// The series of this setting, subject and unit; null if there is none.
const Series* find(const Result& result, std::string_view setting, std::string_view subject,
                   std::string_view unit);

}  // namespace contrail::bench
