// The program `contrail_bench`: a subcommand for each benchmark, and the report of docs/performance.md.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/adder.hpp"
#include "bench/measure.hpp"
#include "bench/report/table.hpp"
#include "bench/report/write.hpp"
#include "bench/workers.hpp"
#include "cli/program.hpp"
#include "contrail/error.hpp"
#include "contrail/signals.hpp"

namespace contrail::bench {

namespace {

using Benchmarks = std::vector<Benchmark>;

Benchmarks all() {
    return {benchmarks().begin(), benchmarks().end()};
}

void print(const Result& result) {
    std::cout << to_text(result) << std::flush;
}

void add_benchmarks(cli::Program& program, const std::string& name, const std::string& what,
                    const Benchmarks& chosen) {
    const auto options = std::make_shared<MeasureOptions>();
    const auto json = std::make_shared<bool>(false);
    CLI::App* const command = program.command(name, what, [&program, options, json, chosen] {
        const auto print_nothing = [](const Result&) {};
        const Results results = *json ? measure(program.settings(), *options, chosen, print_nothing)
                                      : measure(program.settings(), *options, chosen, print);
        if (*json) std::cout << to_json(results);
        return cli::exit_success;
    });
    add_measure_options(*command, *options);
    command->add_flag("--json", *json, "Print JSON, with every value, instead of tables");
}

Results read_results(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(Retry::never, "Cannot read " + file.string() + '.');
    return results_from_json({std::istreambuf_iterator<char>(stream), {}});
}

/// Keeps the order and the machine of the first file.
Results read_results(const std::vector<std::filesystem::path>& files) {
    Results all = read_results(files.front());
    for (const auto& file : std::span(files).subspan(1))
        for (const Result& result : read_results(file).benchmarks) replace(all, result);
    return all;
}

void add_report(cli::Program& program) {
    struct Options {
        MeasureOptions measure;
        std::filesystem::path docs = "docs";
        std::vector<std::filesystem::path> from;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command(
        "report", "Run all benchmarks, and write docs/performance.md and its plots", [&program, options] {
            const Results results = options->from.empty()
                                        ? measure(program.settings(), options->measure, all(), print)
                                        : read_results(options->from);
            write_report(results, options->docs);
            return cli::exit_success;
        });
    add_measure_options(*command, options->measure);
    command->add_option("--docs", options->docs, "Folder of performance.md")->capture_default_str();
    command
        ->add_option("--from", options->from,
                     "Measure nothing: take the results that an earlier report or --json wrote. Where "
                     "several files hold one benchmark, the last file counts")
        ->check(CLI::ExistingFile);
}

/// The consumer that benchmarks start as a process of its own. It serves no other purpose, so --help hides
/// it.
void add_adder(cli::Program& program) {
    const auto name = std::make_shared<std::string>();
    CLI::App* const command =
        program.command("add-up", "A consumer that adds up distances", [&program, name] {
            const auto stop = stop_on_signals();
            Adder(program.require_servers(), *name).run(stop);
            return cli::exit_success;
        });
    command->add_option("name", *name, "Name of the consumer")->required();
    command->group("");
}

/// The same for parallel workers.
void add_worker(cli::Program& program) {
    struct Flags {
        std::string name;
        WorkersOptions options;
        std::uint32_t handler_us = 0;
    };
    const auto flags = std::make_shared<Flags>();
    CLI::App* const command =
        program.command("work", "A consumer whose handler waits with each record", [&program, flags] {
            const auto stop = stop_on_signals();
            flags->options.handler = std::chrono::microseconds(flags->handler_us);
            work(program.require_servers(), flags->name, flags->options, stop);
            return cli::exit_success;
        });
    command->add_option("name", flags->name, "Name of the consumer")->required();
    command->add_option("--segments", flags->options.segments, "Segments; 0: an ordinary consumer");
    command->add_option("--handler-us", flags->handler_us, "Microseconds to wait with each record");
    command->group("");
}

}  // namespace

}  // namespace contrail::bench

int main(int argc, char** argv) {
    using namespace contrail::bench;
    contrail::cli::Program program("contrail_bench", "Measures Contrail beside the bare work that bounds it");
    for (const Benchmark& benchmark : benchmarks())
        add_benchmarks(program, std::string(benchmark.name), std::string(benchmark.what), {benchmark});
    add_benchmarks(program, "all", "all of these, one after the other", all());
    add_report(program);
    add_adder(program);
    add_worker(program);
    return program.main(argc, argv);
}
