#include "bench/report/markdown.hpp"

#include <fmt/format.h>

#include "bench/figures.hpp"
#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

std::string least_to_most(const Spread& spread) {
    return figure(spread.min) + " to " + figure(spread.max);
}

std::string row(const Series& series, const Result& result) {
    const Spread values = spread(series.values);
    const auto reached = ratio(series, result);
    const Series* const limit = limit_of(series, result);
    std::string of_limit;
    if (reached) {
        const bool same_setting = limit->setting == series.setting;
        of_limit = fmt::format("**{}** of {} ({})", figure(reached->median),
                               same_setting ? limit->subject : limit->setting, least_to_most(*reached));
    }
    return fmt::format("| {} | {} | {} {} | {} | {} |\n", series.setting, series.subject,
                       figure(values.median), series.unit, least_to_most(values), of_limit);
}

}  // namespace

std::string to_markdown(const Result& result) {
    std::string text = "| | | median | least to most | |\n|---|---|---|---|---|\n";
    for (const Series& series : result.series) text += row(series, result);
    for (const std::string& note : result.notes) text += '\n' + note + '\n';
    return text;
}

std::string to_markdown(const Machine& machine, const std::string& servers) {
    return fmt::format(
        "{}, {} processors, {:.0f} GiB of memory; {}. A synchronous write of a page takes {} ms. "
        "PostgreSQL {}, Redis {}. {} Measured {}.\n",
        machine.processor, machine.processors, machine.memory_gib, machine.kernel, figure(machine.fsync_ms),
        machine.postgres, machine.redis, servers, machine.measured_at);
}

std::string with_sections(const std::string& page, const std::map<std::string, std::string>& sections) {
    constexpr std::string_view end_mark = "<!-- end -->\n";
    std::string rest = page;
    for (const auto& [name, content] : sections) {
        const std::string mark = "<!-- measured: " + name + " -->\n";
        const auto at = rest.find(mark);
        if (at == std::string::npos) continue;
        const auto begin = at + mark.size();
        const auto end = rest.find(end_mark, begin);
        if (end == std::string::npos)
            throw Error(Retry::never, "Cannot update the page: it has no " + std::string(end_mark) +
                                          " after " + mark + ". Add it where the measured part ends.");
        rest.replace(begin, end - begin, content);
    }
    return rest;
}

}  // namespace contrail::bench
