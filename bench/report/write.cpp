#include "bench/report/write.hpp"

#include <fstream>
#include <iterator>
#include <map>

#include "bench/report/markdown.hpp"
#include "bench/report/plots.hpp"
#include "bench/report/projection.hpp"
#include "servers/system_error.hpp"

namespace contrail::bench {

namespace {

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw servers::system_error("Cannot read " + file.string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const std::filesystem::path& file, const std::string& content) {
    std::ofstream stream(file);
    stream << content;
    if (!stream.flush()) throw servers::system_error("Cannot write " + file.string());
}

}  // namespace

void write_report(const Results& results, const std::filesystem::path& docs) {
    const auto page = docs / "performance.md";
    const auto folder = docs / "performance";
    std::map<std::string, std::string> sections{{"machine", to_markdown(results.machine, results.servers)},
                                                {"projection", projection(results)}};
    for (const Result& result : results.benchmarks) sections[result.benchmark] = to_markdown(result);
    const std::string text = with_sections(content_of(page), sections);

    std::filesystem::create_directories(folder);
    draw(plots_of(results), folder);
    write(folder / "results.json", to_json(results));
    write(page, text);
}

}  // namespace contrail::bench
