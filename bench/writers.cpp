#include "bench/writers.hpp"

#include <future>
#include <string>
#include <vector>

namespace contrail::bench {

namespace {

// With two, processors stand idle while both wait for the disk.
constexpr std::uint64_t connections = 4;
constexpr std::uint64_t transaction_records = 100;

void write(const Site& site, std::uint64_t records) {
    const BarePostgres postgres(site.settings().database_url);
    postgres.prepare("stage", "INSERT INTO " + site.table("staged_log_records") +
                                  " (action, object, data) SELECT 'create', 'ride', " + ride_json() +
                                  " FROM generate_series(1, $1::bigint) i");
    for (std::uint64_t left = records; left > 0;) {
        const std::uint64_t now = std::min(left, transaction_records);
        postgres.run_prepared("stage", std::to_string(now));
        left -= now;
    }
}

}  // namespace

void write_rides(const Site& site, std::uint64_t records) {
    std::vector<std::future<void>> writing;
    for (std::uint64_t i = 0; i < connections; ++i) {
        // The first connections take the remainder.
        const std::uint64_t share = records / connections + (i < records % connections ? 1 : 0);
        writing.push_back(std::async(std::launch::async, [&site, share] { write(site, share); }));
    }
    for (auto& writer : writing) writer.get();
}

}  // namespace contrail::bench
