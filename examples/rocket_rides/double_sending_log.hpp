#pragma once

#include <deque>
#include <random>

#include "contrail/log.hpp"

namespace rocket_rides {

/// A log to which some appends are sent twice, as by a streamer that crashed between sending and noting
/// that it sent. The log refuses the repeats. `log` must outlive it.
class DoubleSendingLog : public contrail::Log {
public:
    /// `rate`: the share of appends sent twice, 0 to 1.
    DoubleSendingLog(contrail::Log& log, double rate, std::uint32_t seed)
        : log_(log),
          doubles_(rate),
          random_(seed) {}

    void append_begin(contrail::RecordId expected, std::span<const contrail::Record> records) override;
    contrail::RecordId append_end() override;
    contrail::RecordId head() override;

    std::uint64_t length() override { return log_.length(); }
    void read_begin(contrail::RecordId after, std::size_t count_max,
                    std::chrono::milliseconds wait_max) override {
        log_.read_begin(after, count_max, wait_max);
    }
    void read_end(std::vector<contrail::Record>& records) override { log_.read_end(records); }
    void report_position(const contrail::ConsumerName& consumer, contrail::RecordId position) override {
        log_.report_position(consumer, position);
    }
    std::map<contrail::ConsumerName, contrail::RecordId> positions() override { return log_.positions(); }

private:
    contrail::Log& log_;
    std::bernoulli_distribution doubles_;
    std::mt19937 random_;
    std::deque<std::size_t> repeated_;  ///< Records sent twice by each append on its way; 0: sent once.
};

}  // namespace rocket_rides
