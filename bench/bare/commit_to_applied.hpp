#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/site/site.hpp"

namespace contrail::bench {

/// What nobody can do without who brings a record from one transaction into another by way of a stream: a
/// commit that fixes its id, an XADD, an XREAD, and the commit of its effect. One after the other, on
/// connections that are open, by one thread that waits for nothing but the answers.
class BareCommitToApplied {
public:
    /// `site` must outlive this. Throws Error, as run() does.
    explicit BareCommitToApplied(const Site& site);

    /// Does so `count` times, one each `period`, and returns how many milliseconds each took.
    std::vector<double> run(std::uint64_t count, std::chrono::microseconds period);

private:
    void bring_one();

    BarePostgres postgres_;
    BareRedis redis_;
    std::string stream_;
    std::uint64_t brought_ = 0;
};

}  // namespace contrail::bench
