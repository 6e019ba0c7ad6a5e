#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "bench/load/answer.hpp"

namespace contrail::load {

/// How many requests met which fate. Each counts once, when its fate is known.
struct Tally {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t in_doubt = 0;
    std::uint64_t changed = 0;  ///< Accepted requests that changed a ride.
    std::uint64_t deleted = 0;  ///< Accepted requests that deleted a ride.

    [[nodiscard]] std::uint64_t posted() const { return accepted + refused + in_doubt; }
};

/// Takes a line for the operator.
using LineSink = std::function<void(std::string_view line)>;

/// Counts the fates of requests, and tells the operator what matters: the first few requests that failed, and
/// that the generator waits for the API.
class Ledger {
public:
    /// `show_answers`: each answer of the API becomes a line.
    Ledger(LineSink line_sink, bool show_answers)
        : line_sink_(std::move(line_sink)),
          show_answers_(show_answers) {}

    /// Records the answer to a request. Fate::not_taken: send it again.
    Fate enter(RideRequest::Action action, const Answer& answer);

    /// Records requests that were abandoned before an answer came.
    void give_up(std::uint64_t requests) { tally_.in_doubt += requests; }

    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    void count_accepted(RideRequest::Action action);
    void complain(RideRequest::Action action, std::string_view what, const Answer& answer);
    void report_waiting(const Answer& answer);

    LineSink line_sink_;
    bool show_answers_;
    Tally tally_;
    std::uint64_t complaints_ = 0;
    bool waiting_ = false;  ///< It has reported that it waits, and the API has accepted nothing since.
    std::chrono::steady_clock::time_point waiting_reported_at_ = std::chrono::steady_clock::time_point::min();
};

}  // namespace contrail::load
