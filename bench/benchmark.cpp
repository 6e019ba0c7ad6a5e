#include "bench/benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/figures.hpp"

namespace contrail::bench {

Bench::Bench(Servers& servers, Scale scale, Result& result, LineSink progress)
    : servers_(servers),
      scale_(scale),
      result_(result),
      progress_(std::move(progress)) {}

void Bench::repeat(const std::function<void()>& run) {
    for (run_ = 1; run_ <= scale_.runs; ++run_) run();
}

void Bench::record(const Series& series, double value) {
    const auto known = std::ranges::find_if(result_.series, [&](const Series& other) {
        return other.setting == series.setting && other.subject == series.subject &&
               other.unit == series.unit;
    });
    Series& kept = known == result_.series.end() ? result_.series.emplace_back(series) : *known;
    kept.values.push_back(value);
    report(fmt::format("{}{}{}: {} {}", series.setting, series.setting.empty() ? "" : ", ", series.subject,
                       figure(value), series.unit));
}

void Bench::note(const std::string& sentence) {
    if (std::ranges::find(result_.notes, sentence) == result_.notes.end()) result_.notes.push_back(sentence);
}

void Bench::report(const std::string& doing) const {
    progress_(fmt::format("{}: run {} of {}: {}", result_.benchmark, run_, scale_.runs, doing));
}

Result run(const Benchmark& benchmark, Servers& servers, const Scale& scale,
           const Bench::LineSink& progress) {
    Result result{.benchmark = std::string(benchmark.name), .what = std::string(benchmark.what)};
    Bench bench(servers, scale, result, progress);
    benchmark.measure(bench);
    return result;
}

}  // namespace contrail::bench
