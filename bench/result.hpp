#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::bench {

/// What is measured again and again, in turn with what it is compared with.
struct Series {
    std::string setting;  ///< Under which circumstances: `appendfsync always`.
    std::string subject;  ///< Whose figure it is: `contrail`, `bare loop`.
    std::string unit;     ///< `records/s`, `ms`, `MiB` …
    /// What it is divided by, run by run: the subject and the setting of another series of the same unit. An
    /// empty setting means the same one. Nothing: it is a bare limit itself, or a figure of its own.
    struct Limit {
        std::string subject;
        std::string setting = {};
    };
    std::optional<Limit> limit = {};
    /// The setting as a number, where it is one: what plots have on their horizontal axis.
    std::optional<double> x = {};

    std::vector<double> values = {};  ///< One of each run, in their order.
};

/// What a benchmark found.
struct Result {
    std::string benchmark;
    std::string what;  ///< Completes its name: `from the outbox into the log`.
    std::vector<std::string> notes =
        {};  ///< What a reader has to know to understand the figures, in sentences.
    std::vector<Series> series = {};
};

/// The middle of some values, and the ends.
struct Spread {
    double median = 0;
    double min = 0;
    double max = 0;
};

/// `values` is not empty.
Spread spread(std::vector<double> values);

/// The series that `series` is divided by; null if there is none.
const Series* limit_of(const Series& series, const Result& result);

/// Run by run, so that what disturbs the machine for a while disturbs both. Nothing if there is no limit, or
/// not both have values.
std::optional<Spread> ratio(const Series& series, const Result& result);

/// Null if there is none.
const Series* find(const Result& result, std::string_view setting, std::string_view subject,
                   std::string_view unit);

}  // namespace contrail::bench
