#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"
#include "support/admin_postgres.hpp"
#include "support/admin_redis.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

/// Rocket Rides as separate processes, under load, for tests that kill them. Rides are staged by writers of
/// the test's own; distances are whole metres, so that every sum is exact.
class RideWorld {
public:
    /// What retention leaves in the log and the outbox.
    enum class Keep {
        everything,  ///< As for a consumer that never comes: the log can be looked through at the end.
        what_is_needed,
    };

    /// Processes connect to the servers of `settings`; the database gets the tables it lacks.
    explicit RideWorld(Settings settings = fresh_settings(), Keep keep = Keep::everything);
    ~RideWorld();

    /// How to run a program of this build on the world's servers.
    [[nodiscard]] servers::Command command(const std::vector<std::string>& arguments) const;
    [[nodiscard]] servers::ChildProcess start(const std::vector<std::string>& arguments) const;
    [[nodiscard]] servers::ChildProcess start_streamer(const std::vector<std::string>& more = {}) const;
    /// It crashes at no commit, unless `more` says otherwise.
    [[nodiscard]] servers::ChildProcess start_consumer(const std::string& name,
                                                       const std::vector<std::string>& more = {}) const;

    /// Rides arrive from several writers, in transactions of different length. Some roll back,
    /// until `count` more were committed than all that were begun before. Server failures are waited out.
    void begin_rides(std::uint64_t count);
    /// Has 500 more committed from now on, however many there were before.
    void continue_rides();
    /// Waits until all have been committed.
    void finish_rides();

    /// Rides committed so far.
    [[nodiscard]] std::uint64_t rides_committed() const { return committed_; }
    /// Records in the log; 0 while Redis is away.
    std::uint64_t logged();
    /// Offset of the first record in the log; 0 if there is none, or Redis is away.
    std::uint64_t first_logged();
    /// Records in the outbox; 0 while Postgres is away.
    std::uint64_t staged();
    /// Offset of a consumer's checkpoint, the least of its segments; 0 while it has none or Postgres is away.
    std::uint64_t consumed(const std::string& consumer);

    /// Returns when `condition` holds; fails the test and throws if that takes more than two minutes.
    static void wait_until(const std::string& what, const std::function<bool()>& condition);

    /// Waits until the consumer has consumed every ride, then compares its total with the rides; and, where
    /// everything is kept, the log with what was staged: each ride exactly once, offsets dense.
    void expect_level(const std::string& consumer);

    const Settings settings;

private:
    void write_rides(std::uint32_t seed);
    void expect_every_ride_once_in_the_log();

    Keep keep_;
    std::optional<AdminPostgres> database_;
    std::optional<AdminRedis> redis_;
    std::vector<std::thread> writers_;
    std::atomic<std::uint64_t> wanted_ = 0;
    std::atomic<std::uint64_t> committed_ = 0;
    std::atomic<bool> stop_ = false;
};

}  // namespace contrail::test
