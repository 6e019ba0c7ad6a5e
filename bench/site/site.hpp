#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/bare/postgres.hpp"
#include "bench/site/servers.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// Tables and a log that nobody has used yet: a schema and a stream of their own, gone with this object. What
/// was measured before leaves no pages, no statistics and no hints to what comes after. Whoever connects by
/// its settings makes his own tables in that schema, too.
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

    /// Stages so many records in one transaction: rides of some 40 bytes, or of `data_bytes` where that is
    /// more.
    void stage(std::uint64_t records, std::size_t data_bytes = 0) const;

    /// Has them sent, by a streamer of this process.
    void stream() const;

private:
    Site(Servers& servers, Keeping keeping, const std::string& name);

    Settings settings_;
    BarePostgres database_;
};

/// SQL for the JSON of a ride whose number is `i`: some 40 bytes, or `data_bytes` where that is more.
std::string ride_json(std::size_t data_bytes = 0);

}  // namespace contrail::bench
