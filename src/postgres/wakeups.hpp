#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "postgres/connection.hpp"
#include "postgres/snapshot.hpp"
#include "postgres/wakeup_rate.hpp"

namespace contrail::postgres {

/// The wakeups that let a streamer rest instead of polling: see sql/007_streamer_rests_until.sql. They save polls, and
/// nothing rests on them. `connection` must outlive it; each call but session_began() may throw Error.
///
/// A transaction that staged before the streamer announced its rest does not wake it. So the streamer polls until all
/// those have ended: every transaction with an id below one that was assigned after the announcement.
class Wakeups {
public:
    Wakeups(Connection& connection, std::string_view quoted_schema);

    /// What was announced and heard went with the session before.
    void session_began() noexcept;

    /// A poll begins: what was notified so far will be seen by it.
    void poll_begins() noexcept;

    /// So many transactions have staged records. When they become many, the producers are told to notify no more.
    void staged(double transactions);

    /// True if each transaction that commits records after `polled_to`, the snapshot of the last poll, which found
    /// none, wakes this session. Announces the rest first, in quiet times.
    [[nodiscard]] bool may_rest(const Snapshot& polled_to);

    /// True when a transaction has woken this session since the last poll began. False after `wait_max`, when `stop` is
    /// requested, or when the connection breaks, which the next statement reports.
    bool wait(std::chrono::milliseconds wait_max, const std::stop_token& stop);

private:
    using Time = std::chrono::steady_clock::time_point;

    bool can_rest();
    void announce(Time now);
    bool take_notifications() noexcept;

    Connection& connection_;
    Statement channel_;
    Statement set_;
    Statement barrier_;

    WakeupRate rate_;
    std::optional<bool> can_rest_;  ///< In this session. Unknown before the first try.
    /// By this session, or perhaps by the one before. Nothing: producers notify no more.
    std::optional<Time> announced_until_{Time{}};
    std::uint64_t announced_before_ = 0;  ///< Transactions from this one on know of the rest.
};

}  // namespace contrail::postgres
