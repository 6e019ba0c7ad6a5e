#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/adder.hpp"
#include "bench/benchmark.hpp"
#include "bench/report/json.hpp"
#include "bench/report/table.hpp"
#include "bench/site/given_servers.hpp"
#include "bench/site/private_servers.hpp"
#include "command.hpp"
#include "contrail/signals.hpp"

namespace contrail::app {

namespace {

using bench::Benchmark;

struct Options {
    std::uint64_t records = 0;  ///< 0: as the benchmark's scale says.
    int runs = 0;               ///< 0: the same.
    bool quick = false;
    bool full = false;
    bool given_servers = false;
    bool json = false;
};

bench::Scale scale_of(const Benchmark& benchmark, const Options& options) {
    bench::Scale scale = options.quick ? benchmark.quick : options.full ? benchmark.full : benchmark.usual;
    if (options.records > 0) scale.records = options.records;
    if (options.runs > 0) scale.runs = options.runs;
    return scale;
}

std::unique_ptr<bench::Servers> servers_for(const Program& program, const Options& options) {
    const Settings& settings = program.settings();
    if (options.given_servers) {
        program.require_servers();
        std::cerr << "contrail bench: this writes much, and fast, to the database and the Redis that were "
                     "given, in schemas and streams called contrail_bench_…; whoever else uses them will "
                     "notice\n";
        return std::make_unique<bench::GivenServers>(settings);
    }
    if (!settings.database_url.empty() || !settings.redis_url.empty())
        std::cerr << "contrail bench: measures private servers; with --given-servers, those of DATABASE_URL "
                     "and REDIS_URL\n";
    return std::make_unique<bench::PrivateServers>();
}

int run(const Program& program, const Options& options, const std::vector<Benchmark>& chosen) {
    const auto servers = servers_for(program, options);
    nlohmann::ordered_json all{{"servers", servers->description()}};
    for (const Benchmark& benchmark : chosen) {
        const bench::Result result = bench::run(benchmark, *servers, scale_of(benchmark, options),
                                                [](const std::string& line) { std::cerr << line << '\n'; });
        all["benchmarks"].push_back(to_json(result));
        if (!options.json) std::cout << to_text(result) << std::flush;
    }
    if (options.json) std::cout << all.dump(2) << '\n';
    return cli::exit_success;
}

void add_options(CLI::App& command, Options& options) {
    command.add_option("--records", options.records, "Records in each measurement. Default: as fits")
        ->check(CLI::PositiveNumber);
    command.add_option("--repeat", options.runs, "How often all is measured, in turn. Default: as fits")
        ->check(CLI::PositiveNumber);
    auto* const quick = command.add_flag("--quick", options.quick,
                                         "So little that the figures mean nothing: to see that it works");
    command.add_flag("--full", options.full, "More, which takes long, gigabytes of disk and of memory")
        ->excludes(quick);
    command.add_flag("--given-servers", options.given_servers,
                     "Measure DATABASE_URL and REDIS_URL instead of private servers, and write there");
    command.add_flag("--json", options.json, "Print JSON instead of tables");
}

void add_benchmark(Program& program, CLI::App& group, const std::string& name, const std::string& what,
                   const std::vector<Benchmark>& chosen) {
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command(
        group, name, what, [&program, options, chosen] { return run(program, *options, chosen); });
    add_options(*command, *options);
}

/// What the benchmarks start as a process of its own: for the curious, too, but of no other use.
void add_adder(Program& program, CLI::App& group) {
    const auto name = std::make_shared<std::string>();
    CLI::App* const command = program.command(
        group, "add-up", "A consumer that adds up distances, as benchmarks start it", [&program, name] {
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
    std::vector<Benchmark> all;
    for (const Benchmark& benchmark : bench::benchmarks()) {
        add_benchmark(program, group, std::string(benchmark.name), std::string(benchmark.what), {benchmark});
        all.push_back(benchmark);
    }
    add_benchmark(program, group, "all", "All of these", all);
    add_adder(program, group);
}

}  // namespace contrail::app
