#include <filesystem>
#include <string>

#include "bench/benchmarks/measures.hpp"
#include "bench/http_load.hpp"
#include "bench/listening_program.hpp"
#include "bench/pgbench.hpp"
#include "bench/processes.hpp"
#include "bench/programs.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"

namespace contrail::bench {

namespace {

constexpr int pgbench_clients = 16;
constexpr std::size_t connections = 64;

constexpr auto request =
    "POST /rides HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 16\r\n\r\n"
    "distance=1234.56";

/// Stores a ride and its record in one transaction, by the statement that the API uses for one ride.
std::string one_ride(const Site& site) {
    return "WITH ride AS (INSERT INTO rides (distance) VALUES (1234.56) RETURNING id, distance) INSERT "
           "INTO " +
           site.table("staged_log_records") +
           " (action, object, data) SELECT 'create', 'ride', "
           "jsonb_build_object('id', id, 'distance', distance) FROM ride";
}

void measure_api_of(Bench& bench, const Site& site, const std::filesystem::path& program) {
    const auto rides = static_cast<double>(bench.records());
    const ListeningProgram api(
        command_for(program, site.settings(), {"--log-level", "info", "api", "--port", "0"}), ", port ");
    HttpLoad load(api.port(), connections, request);
    load.run(connections);

    const double server_before = processor_seconds(api.pid());
    const double load_before = thread_processor_seconds();
    const Stopwatch watch;
    load.run(bench.records());
    bench.record({"", "contrail, 64 connections", "rides/s", {{"pgbench, 16 clients"}}},
                 watch.rate(bench.records()));
    bench.record({"", "of it, the API", "µs of CPU"},
                 (processor_seconds(api.pid()) - server_before) * 1e6 / rides);
    bench.record({"", "beside it, the load", "µs of CPU"},
                 (thread_processor_seconds() - load_before) * 1e6 / rides);
    bench.record({"", "memory of the API", "MiB"}, peak_resident_mib(api.pid()));
}

}  // namespace

void measure_api(Bench& bench) {
    const auto program = program_beside_this("rocket_rides");
    if (!std::filesystem::exists(program)) {
        bench.note("Not measured: the API belongs to Rocket Rides, and " + program.string() +
                   " does not exist.");
        return;
    }
    const Site site(bench.servers(), Keeping::on_disk);
    run_quietly(command_for(program, site.settings(), {"migrate"}));
    bench.repeat([&] {
        bench.record({"", "pgbench, 16 clients", "rides/s"},
                     pgbench(site.settings().database_url, one_ride(site), pgbench_clients, bench.records()));
        measure_api_of(bench, site, program);
    });
}

}  // namespace contrail::bench
