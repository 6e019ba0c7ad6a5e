#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/site/site.hpp"

namespace contrail::bench {

/// What no relay from an outbox into a stream can do without: the records out of Postgres by COPY, and into
/// Redis by a script that adds a thousand at once, or a megabyte, three such calls on their way. It seals
/// nothing, checks nothing, and cannot go on after a failure.
class BareRelay {
public:
    /// Connects; the records may be staged later.
    explicit BareRelay(const Site& site);

    /// Sends all that is staged, and returns how many that were. Throws Error.
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
    std::vector<postgres::TextHandle> messages_;  ///< What the arguments point into.
    std::size_t chunk_bytes_ = 0;
    std::vector<std::string> ids_;
    std::vector<const char*> arguments_;
    std::vector<std::size_t> lengths_;
};

}  // namespace contrail::bench
