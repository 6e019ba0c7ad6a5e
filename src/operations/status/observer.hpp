#pragma once

#include <chrono>
#include <optional>

#include "contrail/clock.hpp"
#include "contrail/settings.hpp"
#include "operations/consumers/standing.hpp"
#include "operations/database.hpp"
#include "operations/status/log_snapshot.hpp"
#include "operations/status/outbox_poll.hpp"
#include "operations/status/status.hpp"
#include "redis/redis_log.hpp"

namespace contrail {

/// How long to wait for a server. An operator watches: less than a working program would wait.
struct StatusWaits {
    redis::Timeouts redis{.connect = std::chrono::seconds(2), .reply = std::chrono::seconds(5)};
    postgres::Waits postgres{.connect_max = std::chrono::seconds(2),
                             .answer_max = std::chrono::seconds(5),
                             .batch_max = std::chrono::seconds(5)};
};

/// Polls a log and all that belongs to it, over two connections to Redis and one to
/// Postgres, and changes nothing.
///
/// Cost     A few short requests a snapshot.
/// Time     What does not answer is given up after `waits`.
/// Threads  Not thread-safe.
class StatusObserver {
public:
    /// Connects at the first snapshot. Throws Error (Retry::never) at settings that are not understood. `clock`
    /// must outlive it.
    explicit StatusObserver(const Settings& settings, Clock& clock = system_clock(),
                            const StatusWaits& waits = {});

    /// One poll. What could not be asked is reported in its place, beside the rest. Rates are known from the second
    /// poll on.
    Status observe();

private:
    void tell_of_log(const LogSnapshot& snapshot, Status& status) const;
    void tell_of_streamer(const LogSnapshot* snapshot, Status& status) const;
    void tell_of_consumers(KnownConsumers known, const LogSnapshot* snapshot, Status& status) const;

    Clock& clock_;
    std::string stream_;
    Database database_;
    redis::RedisLog log_;
    redis::StatusBoard board_;
    OutboxPoll outbox_;
    std::optional<LogSnapshot> before_;            ///< The log's server at the poll before, if it answered.
    std::map<std::string, Offset> positions_;  ///< Of the consumers then.
    std::optional<RecordId> head_;             ///< As it was seen last.
};

}  // namespace contrail
