#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "chaos/load/history.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace chaos {

/// A producer in SQL, on a thread and a connection of its own. Each of its transactions creates, changes and
/// deletes several rides. It prefers the newest rides, so that writers compete for the same rows. Some
/// transactions stay open for a while, and some are rolled back.
class Writer {
public:
    /// `history` must outlive the writer.
    Writer(contrail::Settings settings, std::uint64_t seed, History& history);

    /// The writer then ends after its current transaction. Poll ended().
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

}  // namespace chaos
