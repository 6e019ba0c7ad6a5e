#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/site/site.hpp"

namespace contrail::bench {

/// The least that relays an outbox into a stream: COPY out of Postgres, and a script that adds a thousand
/// records or a megabyte at once to Redis, with three such calls in flight. It seals nothing, checks nothing,
/// and cannot continue after a failure.
class BareRelay {
public:
    /// Connects. Records may be staged later.
    explicit BareRelay(const Site& site);

    /// Sends all staged records and returns their number. Throws Error.
    std::uint64_t run();

private:
    void begin_chunk();
    void add(std::string_view argument);
    void take(const char* row);
    void append();
    void settle(std::size_t in_flight_max);

    BarePostgres postgres_;
    BareRedis redis_;
    std::string stream_;
    std::string copy_;
    std::string script_;

    std::uint64_t sent_ = 0;
    std::size_t in_flight_ = 0;
    std::vector<postgres::TextHandle> messages_;  ///< The arguments point into these.
    std::size_t chunk_bytes_ = 0;
    std::vector<std::string> ids_;
    std::vector<const char*> arguments_;
    std::vector<std::size_t> lengths_;
};

}  // namespace contrail::bench
