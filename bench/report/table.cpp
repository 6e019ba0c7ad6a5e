#include "bench/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/figures.hpp"

namespace contrail::bench {

namespace {

std::string range(const Spread& spread) {
    return figure(spread.min) + " to " + figure(spread.max);
}

}  // namespace

std::string to_text(const Result& result) {
    std::size_t setting_width = 0;
    std::size_t subject_width = 0;
    for (const Series& series : result.series) {
        setting_width = std::max(setting_width, series.setting.size());
        subject_width = std::max(subject_width, series.subject.size());
    }
    std::string text = fmt::format("{}: {}\n", result.benchmark, result.what);
    const std::string* above = nullptr;
    for (const Series& series : result.series) {
        const bool same_setting = above != nullptr && *above == series.setting;
        above = &series.setting;
        const Spread values = spread(series.values);
        std::string line = fmt::format("  {:<{}}  {:<{}}  {:>12} {:<10} {:<26}",
                                       same_setting ? "" : series.setting, setting_width, series.subject,
                                       subject_width, figure(values.median), series.unit, range(values));
        if (const auto of_limit = ratio(series, result))
            line += fmt::format("{:>6} of {} ({})", figure(of_limit->median), series.limit->subject,
                                range(*of_limit));
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    for (const std::string& note : result.notes) text += "  " + note + '\n';
    return text;
}

}  // namespace contrail::bench
