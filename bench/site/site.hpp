#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/bare/postgres.hpp"
#include "bench/site/servers.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// Fresh tables and a fresh log: a schema and a stream, removed with this object. An earlier measurement
/// leaves no pages, statistics or hint bits to a later one. A connection by its settings creates tables in
/// that schema.
///
/// Errors  Every call throws Error (Retry::never).
class Site {
public:
    Site(Servers& servers, Keeping keeping);
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;
    ~Site();

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const BarePostgres& database() const noexcept { return database_; }

    /// `contrail_bench_1.staged_log_records`
    [[nodiscard]] std::string table(const std::string& name) const { return settings_.schema + '.' + name; }

    /// Stages records in one transaction: rides of about 40 bytes, or of `data_bytes` if that is more.
    void stage(std::uint64_t records, std::size_t data_bytes = 0) const;

    /// Sends all staged records, by a streamer in this process.
    void stream() const;

private:
    Site(Servers& servers, Keeping keeping, const std::string& name);

    Settings settings_;
    BarePostgres database_;
};

/// SQL for the JSON of ride number `i`: about 40 bytes, or `data_bytes` if that is more.
std::string ride_json(std::size_t data_bytes = 0);

}  // namespace contrail::bench
