#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>

#include "contrail/log_writer.hpp"

namespace rocket_rides {

/// A log to which the streamer sends some batches twice, as one that crashed after it sent and before it
/// noted that. The log refuses the repeats. `log` must outlive it.
class DoubleSendingLog : public contrail::LogWriter {
public:
    /// `rate`: the share of appends that it sends twice, 0 to 1.
    DoubleSendingLog(contrail::LogWriter& log, double rate, std::uint32_t seed)
        : log_(log),
          doubles_(rate),
          random_(seed) {}

    void append_begin(contrail::RecordId expected, std::span<const contrail::Record> records) override;
    contrail::RecordId append_end() override;
    contrail::RecordId head() override;

    void act_for(const contrail::OutboxIdentity& outbox) override { log_.act_for(outbox); }
    std::string incarnation() override { return log_.incarnation(); }
    void claim(contrail::RecordId sealed, const std::string& incarnation) override {
        log_.claim(sealed, incarnation);
    }
    contrail::LogUsage usage() override { return log_.usage(); }
    contrail::RecordId restart(contrail::RecordId expected, contrail::RecordId head) override {
        return log_.restart(expected, head);
    }

private:
    contrail::LogWriter& log_;
    std::bernoulli_distribution doubles_;
    std::mt19937 random_;
    std::deque<std::size_t> repeated_;  ///< Records sent twice by each append in flight; 0: sent once.
};

}  // namespace rocket_rides
