#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/adder.hpp"
#include "bench/report/table.hpp"
#include "bench/report/write.hpp"
#include "bench_options.hpp"
#include "contrail/signals.hpp"

namespace contrail::app {

namespace {

using Benchmarks = std::vector<bench::Benchmark>;

Benchmarks all() {
    return {bench::benchmarks().begin(), bench::benchmarks().end()};
}

void print(const bench::Result& result) {
    std::cout << to_text(result) << std::flush;
}

void add_benchmarks(Program& program, CLI::App& group, const std::string& name, const std::string& what,
                    const Benchmarks& chosen) {
    const auto options = std::make_shared<BenchOptions>();
    const auto json = std::make_shared<bool>(false);
    CLI::App* const command = program.command(group, name, what, [&program, options, json, chosen] {
        const auto unheard = [](const bench::Result&) {};
        const bench::Report report =
            *json ? measure(program, *options, chosen, unheard) : measure(program, *options, chosen, print);
        if (*json) std::cout << to_json(report);
        return cli::exit_success;
    });
    add_bench_options(*command, *options);
    command->add_flag("--json", *json, "Print JSON, with every value, instead of tables");
}

bench::Report read_report(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(Retry::never, "Cannot read " + file.string() + '.');
    return bench::report_from_json({std::istreambuf_iterator<char>(stream), {}});
}

/// In the order of the first, and under its machine.
bench::Report read_reports(const std::vector<std::filesystem::path>& files) {
    bench::Report all = read_report(files.front());
    for (const auto& file : std::span(files).subspan(1))
        for (const bench::Result& result : read_report(file).results) replace(all, result);
    return all;
}

void add_report(Program& program, CLI::App& group) {
    struct Options {
        BenchOptions bench;
        std::filesystem::path docs = "docs";
        std::vector<std::filesystem::path> from;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command(
        group, "report", "Measure all, and write docs/performance.md and its plots", [&program, options] {
            const bench::Report report = options->from.empty()
                                             ? measure(program, options->bench, all(), print)
                                             : read_reports(options->from);
            write_report(report, options->docs);
            return cli::exit_success;
        });
    add_bench_options(*command, options->bench);
    command->add_option("--docs", options->docs, "The folder of performance.md")->capture_default_str();
    command
        ->add_option("--from", options->from,
                     "Measure nothing, but take the results that an earlier report or --json wrote; of a "
                     "benchmark that is in several files, those of the last")
        ->check(CLI::ExistingFile);
}

/// What benchmarks start as a process of its own. Of no use to anybody else, and so not shown.
void add_adder(Program& program, CLI::App& group) {
    const auto name = std::make_shared<std::string>();
    CLI::App* const command =
        program.command(group, "add-up", "A consumer that adds up distances", [&program, name] {
            const auto stop = stop_on_signals();
            bench::Adder(program.require_servers(), *name).run(stop);
            return cli::exit_success;
        });
    command->add_option("name", *name, "The consumer's name")->required();
    command->group("");
}

}  // namespace

void add_bench_command(Program& program) {
    CLI::App& group = program.group("bench", "Measure, each time beside the bare work that bounds it");
    for (const bench::Benchmark& benchmark : bench::benchmarks())
        add_benchmarks(program, group, std::string(benchmark.name), std::string(benchmark.what), {benchmark});
    add_benchmarks(program, group, "all", "all of these, one after the other", all());
    add_report(program, group);
    add_adder(program, group);
}

}  // namespace contrail::app
