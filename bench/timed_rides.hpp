#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/adding_up.hpp"
#include "bench/site/site.hpp"
#include "contrail/consumer.hpp"
#include "contrail/log.hpp"

namespace contrail::bench {

/// Stages rides at a steady pace, and consumes them in the same process, so that one clock times each commit
/// at both ends. A streamer must run beside it.
class TimedRides {
public:
    using Clock = std::chrono::steady_clock;

    /// `site` must outlive this. Throws Error, as run() does.
    explicit TimedRides(const Site& site);

    /// Stages `count` rides, one each `period`, each in its own transaction. Returns for each the
    /// milliseconds from the answer to its COMMIT to the answer to the consumer's COMMIT.
    std::vector<double> run(std::uint64_t count, std::chrono::microseconds period);

private:
    /// When each ride of a run was committed, and when it was applied.
    struct Times {
        std::vector<Clock::time_point> committed;
        std::vector<Clock::time_point> applied;
    };

    void produce(std::uint64_t first, Clock::time_point begin, std::chrono::microseconds period,
                 Times& times) const;
    void consume(Times& times);
    void take(Transaction& transaction, std::span<const Record> records);

    const Site& site_;
    AddingUp adding_up_;
    std::vector<std::uint64_t> taken_;  ///< The rides of the current transaction.
    std::unique_ptr<Log> log_;
    std::unique_ptr<Checkpoints> checkpoints_;
    Consumer consumer_;
};

}  // namespace contrail::bench
