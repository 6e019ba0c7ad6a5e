#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/site/site.hpp"

namespace contrail::bench {

/// The least that brings a record from one transaction into another by way of a stream: a commit that fixes
/// its id, an XADD, an XREAD, and the commit of its effect. One thread does them one after another on open
/// connections, and waits for nothing but the answers.
class BareCommitToApplied {
public:
    /// `site` must outlive this. Throws Error, as run() does.
    explicit BareCommitToApplied(const Site& site);

    /// Brings `count` records, one each `period`. Returns the milliseconds of each.
    std::vector<double> run(std::uint64_t count, std::chrono::microseconds period);

private:
    void bring_one();

    BarePostgres postgres_;
    BareRedis redis_;
    std::string stream_;
    std::uint64_t brought_ = 0;
};

}  // namespace contrail::bench
