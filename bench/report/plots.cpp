#include "bench/report/plots.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace contrail::bench {

namespace {

/// Scales figures at a place on the horizontal axis.
using Factor = double (*)(double x);

double as_it_is(double) {
    return 1;
}
double in_thousands(double) {
    return 1e-3;
}
/// Turns records of so many bytes into megabytes.
double in_megabytes(double bytes) {
    return bytes / 1e6;
}

/// The line of all series of one subject and unit.
Plot::Line line(const Result& result, const std::string& subject, const std::string& unit,
                const std::string& title, Factor factor_at) {
    Plot::Line line{title, {}};
    for (const Series& series : result.series) {
        if (series.subject != subject || series.unit != unit || !series.x) continue;
        Spread y = spread(series.values);
        const double factor = factor_at(*series.x);
        line.points.push_back({*series.x, {y.median * factor, y.min * factor, y.max * factor}});
    }
    return line;
}

/// The share of its limit that each stage reaches.
Plot ratios(const Results& results) {
    Plot plot{"stages", "Rate, as a multiple of the bare limit"};
    plot.bar_titles = {"bare limit", "contrail"};
    const auto add = [&](const char* benchmark, const std::string& label) {
        const Result* const result = find(results, benchmark);
        if (result == nullptr) return;
        for (const Series& series : result->series) {
            const auto reached = ratio(series, *result);
            if (!reached) continue;
            const std::string setting = series.setting.empty() ? "" : "\\n" + series.setting;
            plot.bars.push_back({label + setting, {{1, 1, 1}, *reached}});
        }
    };
    add("relay", "relay");
    add("consume", "consume");
    add("api", "API");
    return plot;
}

Plot latency(const Result& result) {
    Plot plot{"latency", "From a producer's commit to a consumer's, in milliseconds"};
    plot.bar_titles = {"bare", "contrail"};
    for (const Series& ours : result.series) {
        const Series* const bare = limit_of(ours, result);
        if (bare == nullptr) continue;
        const std::string share = ours.subject.substr(ours.subject.find(' ') + 1);
        plot.bars.push_back({ours.setting + "\\n" + share, {spread(bare->values), spread(ours.values)}});
    }
    return plot;
}

Plot fan_out(const Result& result) {
    return {.name = "fan-out",
            .title = "Thousands of records consumed in a second, by all together",
            .x_label = "consumers",
            .lines = {line(result, "bare XREAD", "records/s", "bare XREAD", in_thousands),
                      line(result, "contrail", "records/s", "contrail", in_thousands)}};
}

Plot sizes(const Result& result) {
    return {.name = "sizes",
            .title = "Megabytes of records in a second",
            .x_label = "bytes of a record",
            .logarithmic_x = true,
            .logarithmic_y = true,
            .lines = {line(result, "bare relay", "records/s", "bare relay", in_megabytes),
                      line(result, "relay", "records/s", "relay", in_megabytes),
                      line(result, "bare XREAD", "records/s", "bare XREAD", in_megabytes),
                      line(result, "consume", "records/s", "consume", in_megabytes)}};
}

Plot growth(const Result& result) {
    return {.name = "growth",
            .title = "Thousands of records in a second, by length of the backlog",
            .x_label = "records in the backlog",
            .logarithmic_x = true,
            .lines = {line(result, "bare relay", "records/s", "bare relay", in_thousands),
                      line(result, "relay", "records/s", "relay", in_thousands),
                      line(result, "consumer", "records/s", "consumer", in_thousands)}};
}

Plot memory(const Result& result) {
    return {.name = "memory",
            .title = "Highest resident memory, in MiB",
            .x_label = "records in the backlog",
            .logarithmic_x = true,
            .lines = {line(result, "streamer", "MiB", "streamer", as_it_is),
                      line(result, "consumer", "MiB", "consumer", as_it_is)}};
}

Plot long_transaction(const Result& result) {
    return {.name = "long-transaction",
            .title = "Thousands of records relayed in a second, beside an open transaction",
            .x_label = "records relayed since it was opened",
            .lines = {line(result, "plain outbox, open", "records/s", "plain outbox", in_thousands),
                      line(result, "contrail, open", "records/s", "contrail", in_thousands)}};
}

}  // namespace

std::vector<Plot> plots_of(const Results& results) {
    std::vector<Plot> plots{ratios(results)};
    const auto add = [&](const char* benchmark, Plot (*draw)(const Result& result)) {
        if (const Result* const result = find(results, benchmark)) plots.push_back(draw(*result));
    };
    add("latency", latency);
    add("fan-out", fan_out);
    add("sizes", sizes);
    add("growth", growth);
    add("growth", memory);
    add("long-transaction", long_transaction);
    std::erase_if(plots, [](const Plot& plot) {
        return plot.bars.empty() &&
               std::ranges::all_of(plot.lines, [](const auto& one) { return one.points.empty(); });
    });
    return plots;
}

}  // namespace contrail::bench
