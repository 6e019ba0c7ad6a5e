#include "bench/progress.hpp"

#include <thread>

#include "bench/stopwatch.hpp"
#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

constexpr std::chrono::milliseconds period{2};
constexpr double patience_seconds = 600;

}  // namespace

void wait_until(const std::function<bool()>& done, const std::function<void()>& watch) {
    for (const Stopwatch watch_began; !done(); std::this_thread::sleep_for(period)) {
        watch();
        if (watch_began.seconds() > patience_seconds)
            throw Error(Retry::never, "The benchmark stopped: no progress for ten minutes.");
    }
}

std::uint64_t consumers_at(const Site& site, std::uint64_t offset) {
    return site.database().number("SELECT count(*) FROM " + site.table("checkpoints") +
                                  " WHERE last_offset >= " + std::to_string(offset));
}

}  // namespace contrail::bench
