#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "chaos/load/history.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace rocket_rides::chaos {

/// A producer in SQL, on a thread and a connection of its own. It makes, changes and deletes rides, several
/// in a transaction, the newest ones most of all, so that writers meet at the same rows. Some of its
/// transactions stay open for a while, and some are rolled back.
class Writer {
public:
    /// `history` must outlive the writer.
    Writer(contrail::Settings settings, std::uint64_t seed, History& history);

    /// Ends after the transaction in hand; poll ended().
    void request_stop() { thread_.request_stop(); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    using Numbers = std::vector<std::uint64_t>;

    void write(const std::stop_token& stop);
    void transact(Numbers& numbers, const std::stop_token& stop);
    void create_ride(Numbers& numbers);
    void change_a_ride(Numbers& numbers);
    void commit(const Numbers& numbers);
    void settle(const Numbers& numbers, Outcome outcome);
    [[nodiscard]] bool chance(double share);

    std::string schema_;
    std::mt19937_64 random_;
    History& history_;
    contrail::postgres::Connection connection_;
    std::atomic<bool> ended_ = false;
    std::jthread thread_;
};

}  // namespace rocket_rides::chaos
