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

    contrail::LogUsage usage() override { return log_.usage(); }
    void read_begin(contrail::RecordId after, const contrail::ChunkLimits& limits,
                    std::chrono::milliseconds wait_max) override {
        log_.read_begin(after, limits, wait_max);
    }
    void read_end(std::vector<contrail::Record>& records) override { log_.read_end(records); }
    void report_position(const contrail::ConsumerName& consumer, contrail::RecordId position) override {
        log_.report_position(consumer, position);
    }
    std::map<contrail::ConsumerName, contrail::RecordId> positions() override { return log_.positions(); }
    void trim(contrail::RecordId keep_from) override { log_.trim(keep_from); }
    contrail::RecordId restart(contrail::RecordId expected, contrail::RecordId head) override {
        return log_.restart(expected, head);
    }
    void mark_cut_off(const contrail::ConsumerName& consumer,
                      const std::optional<contrail::CutOff>& cut_off) override {
        log_.mark_cut_off(consumer, cut_off);
    }
    std::map<contrail::ConsumerName, contrail::CutOff> cut_offs() override { return log_.cut_offs(); }
    void forget(const contrail::ConsumerName& consumer) override { log_.forget(consumer); }

private:
    contrail::Log& log_;
    std::bernoulli_distribution doubles_;
    std::mt19937 random_;
    std::deque<std::size_t> repeated_;  ///< Records sent twice by each append on its way; 0: sent once.
};

}  // namespace rocket_rides
