#include "bench/result.hpp"

#include <algorithm>

namespace contrail::bench {

Spread spread(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    return {median, values.front(), values.back()};
}

const Series* find(const Result& result, std::string_view setting, std::string_view subject,
                   std::string_view unit) {
    const auto found = std::ranges::find_if(result.series, [&](const Series& series) {
        return series.setting == setting && series.subject == subject && series.unit == unit;
    });
    return found == result.series.end() ? nullptr : &*found;
}

const Series* limit_of(const Series& series, const Result& result) {
    if (!series.limit) return nullptr;
    const std::string& setting = series.limit->setting.empty() ? series.setting : series.limit->setting;
    return find(result, setting, series.limit->subject, series.unit);
}

std::optional<Spread> ratio(const Series& series, const Result& result) {
    const Series* const limit = limit_of(series, result);
    if (limit == nullptr) return std::nullopt;
    std::vector<double> ratios;
    for (std::size_t run = 0; run < std::min(series.values.size(), limit->values.size()); ++run)
        ratios.push_back(series.values[run] / limit->values[run]);
    if (ratios.empty()) return std::nullopt;
    return spread(std::move(ratios));
}

}  // namespace contrail::bench
