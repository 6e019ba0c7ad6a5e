#include "bench/measure.hpp"

#include <iostream>
#include <memory>
#include <string>

#include "bench/site/given_servers.hpp"
#include "bench/site/private_servers.hpp"
#include "contrail/error.hpp"
#include "contrail/version.hpp"

namespace contrail::bench {

namespace {

Scale scale_of(const Benchmark& benchmark, const MeasureOptions& options) {
    Scale scale = benchmark.usual;
    if (options.quick) scale = benchmark.quick;
    if (options.full) scale = benchmark.full;
    if (options.records > 0) scale.records = options.records;
    if (options.runs > 0) scale.runs = options.runs;
    return scale;
}

std::unique_ptr<Servers> servers_for(const Settings& settings, const MeasureOptions& options) {
    if (options.given_servers) {
        if (settings.database_url.empty() || settings.log_url.empty())
            throw Error(Retry::never,
                        "Cannot measure given servers: --given-servers needs both DATABASE_URL and LOG_URL.");
        std::cerr << "contrail_bench: writes at full speed to the given database and Redis, in schemas and "
                     "streams named contrail_bench_…; this slows down everything else on these servers\n";
        return std::make_unique<GivenServers>(settings);
    }
    if (!settings.database_url.empty() || !settings.log_url.empty())
        std::cerr << "contrail_bench: measures private servers and ignores DATABASE_URL and LOG_URL; use "
                     "--given-servers to measure those\n";
    return std::make_unique<PrivateServers>();
}

}  // namespace

void add_measure_options(CLI::App& command, MeasureOptions& options) {
    command
        .add_option("--records", options.records,
                    "Records in each measurement (default: each benchmark has its own number)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--repeat", options.runs,
                    "Runs of each measurement (default: each benchmark has its own number)")
        ->check(CLI::PositiveNumber);
    auto* const quick = command.add_flag("--quick", options.quick,
                                         "Measure too little for meaningful figures, to see that it works");
    command
        .add_flag("--full", options.full,
                  "Measure more: takes up to an hour, 10 GB of disk and 4 GB of memory for servers")
        ->excludes(quick);
    command.add_flag("--given-servers", options.given_servers,
                     "Measure DATABASE_URL and LOG_URL instead of private servers, and write there");
}

Results measure(const Settings& settings, const MeasureOptions& options, const std::vector<Benchmark>& chosen,
                const std::function<void(const Result& result)>& measured) {
    const auto servers = servers_for(settings, options);
    Results results{std::string(version), this_machine(*servers), servers->description(), {}};
    const auto print_progress = [](const std::string& line) { std::cerr << line << '\n'; };
    for (const Benchmark& benchmark : chosen) {
        results.benchmarks.push_back(run(benchmark, *servers, scale_of(benchmark, options), print_progress));
        measured(results.benchmarks.back());
    }
    return results;
}

}  // namespace contrail::bench
