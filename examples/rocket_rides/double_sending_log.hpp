#pragma once

#include <deque>
#include <random>

#include "core/forwarding_log_writer.hpp"

namespace rocket_rides {

/// A log to which some appends are sent twice, as by a streamer that crashed between sending and noting
/// that it sent. The log refuses the repeats. `log` must outlive it.
class DoubleSendingLog : public contrail::ForwardingLogWriter {
public:
    /// `rate`: the share of appends sent twice, 0 to 1.
    DoubleSendingLog(contrail::LogWriter& log, double rate, std::uint32_t seed)
        : ForwardingLogWriter(log),
          doubles_(rate),
          random_(seed) {}

    void append_begin(contrail::RecordId expected, std::span<const contrail::Record> records) override;
    contrail::RecordId append_end() override;
    contrail::RecordId head() override;

private:
    std::bernoulli_distribution doubles_;
    std::mt19937 random_;
    std::deque<std::size_t> repeated_;  ///< Records sent twice by each append on its way; 0: sent once.
};

}  // namespace rocket_rides
