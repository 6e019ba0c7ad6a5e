#include "bench_options.hpp"

#include <iostream>
#include <string>

#include "bench/site/given_servers.hpp"
#include "bench/site/private_servers.hpp"
#include "contrail/version.hpp"

namespace contrail::app {

namespace {

bench::Scale scale_of(const bench::Benchmark& benchmark, const BenchOptions& options) {
    bench::Scale scale = benchmark.usual;
    if (options.quick) scale = benchmark.quick;
    if (options.full) scale = benchmark.full;
    if (options.records > 0) scale.records = options.records;
    if (options.runs > 0) scale.runs = options.runs;
    return scale;
}

std::unique_ptr<bench::Servers> servers_for(const Program& program, const BenchOptions& options) {
    const Settings& settings = program.settings();
    if (options.given_servers) {
        program.require_servers();
        std::cerr << "contrail bench: writes much, and fast, to the database and the Redis that were given, "
                     "in schemas and streams called contrail_bench_…; whoever else uses them will notice\n";
        return std::make_unique<bench::GivenServers>(settings);
    }
    if (!settings.database_url.empty() || !settings.redis_url.empty())
        std::cerr << "contrail bench: measures private servers, not those of DATABASE_URL and REDIS_URL; "
                     "--given-servers would measure those\n";
    return std::make_unique<bench::PrivateServers>();
}

}  // namespace

void add_bench_options(CLI::App& command, BenchOptions& options) {
    command
        .add_option("--records", options.records,
                    "Records in each measurement; each benchmark has its own number")
        ->check(CLI::PositiveNumber);
    command.add_option("--repeat", options.runs, "How often all is measured, in turn; as with --records")
        ->check(CLI::PositiveNumber);
    auto* const quick = command.add_flag("--quick", options.quick,
                                         "So little that the figures mean nothing: to see that it works");
    command
        .add_flag("--full", options.full,
                  "More of all: takes up to an hour, 10 GB of disk and 4 GB of memory for servers")
        ->excludes(quick);
    command.add_flag("--given-servers", options.given_servers,
                     "Measure DATABASE_URL and REDIS_URL instead of private servers, and write there");
}

bench::Report measure(const Program& program, const BenchOptions& options,
                      const std::vector<bench::Benchmark>& chosen,
                      const std::function<void(const bench::Result& result)>& measured) {
    const auto servers = servers_for(program, options);
    bench::Report report{std::string(version), bench::this_machine(*servers), servers->description(), {}};
    const auto tell = [](const std::string& line) { std::cerr << line << '\n'; };
    for (const bench::Benchmark& benchmark : chosen) {
        report.results.push_back(bench::run(benchmark, *servers, scale_of(benchmark, options), tell));
        measured(report.results.back());
    }
    return report;
}

}  // namespace contrail::app
