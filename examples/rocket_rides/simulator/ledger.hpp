#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "simulator/answer.hpp"

namespace rocket_rides {

/// How many requests met which fate. Each is counted once, when its fate is known.
struct Tally {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t in_doubt = 0;
    std::uint64_t changed = 0;  ///< Of those accepted: they changed a ride.
    std::uint64_t deleted = 0;  ///< Of those accepted: they deleted a ride.

    [[nodiscard]] std::uint64_t posted() const { return accepted + refused + in_doubt; }
};

/// Counts what became of the requests, and says what a person should know of it: the first few that did not
/// go well, and that the API is being waited for.
class Ledger {
public:
    using Say = std::function<void(std::string_view line)>;

    /// `show_answers`: say every answer of the API's.
    Ledger(Say say, bool show_answers) : say_(std::move(say)), show_answers_(show_answers) {}

    /// Enters an answer to a request. Not taken: it is to be sent again.
    Fate enter(RideRequest::Action action, const Answer& answer);

    /// Enters requests that were given up before they were answered.
    void give_up(std::uint64_t requests) { tally_.in_doubt += requests; }

    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    void count_accepted(RideRequest::Action action);
    void complain(RideRequest::Action action, std::string_view what, const Answer& answer);
    void tell_waiting(const Answer& answer);

    Say say_;
    bool show_answers_;
    Tally tally_;
    std::uint64_t complaints_ = 0;
    bool waiting_ = false;  ///< It was said that the API is waited for, and nothing was taken since.
    std::chrono::steady_clock::time_point waiting_said_at_ = std::chrono::steady_clock::time_point::min();
};

}  // namespace rocket_rides
