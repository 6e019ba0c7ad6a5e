#pragma once

#include <chrono>
#include <optional>

#include "contrail/clock.hpp"
#include "contrail/settings.hpp"
#include "operations/consumers/standing.hpp"
#include "operations/database.hpp"
#include "operations/status/log_look.hpp"
#include "operations/status/outbox_look.hpp"
#include "operations/status/status.hpp"
#include "redis/redis_log.hpp"

namespace contrail {

/// How long to wait for a server. Somebody watches: less than a program that works would have patience for.
struct StatusWaits {
    redis::Timeouts redis{.connect = std::chrono::seconds(2), .reply = std::chrono::seconds(5)};
    postgres::Waits postgres{.connect_max = std::chrono::seconds(2),
                             .answer_max = std::chrono::seconds(5),
                             .batch_max = std::chrono::seconds(5)};
};

/// Looks at a log and at all that belongs to it, again and again, over two connections to Redis and one to
/// Postgres, and changes nothing.
///
/// Cost     A few short requests a look.
/// Time     What does not answer is given up after `waits`.
/// Threads  Not thread-safe.
class StatusObserver {
public:
    /// Connects at the first look. Throws Error (Retry::never) at settings that are not understood. `clock`
    /// must outlive it.
    explicit StatusObserver(const Settings& settings, Clock& clock = system_clock(),
                            const StatusWaits& waits = {});

    /// One look. What could not be asked is said in its place, and the rest is told. Rates are known from the
    /// second look on.
    Status observe();

private:
    void tell_of_log(const LogLook& look, Status& status) const;
    void tell_of_streamer(const LogLook* look, Status& status) const;
    void tell_of_consumers(KnownConsumers known, const LogLook* look, Status& status) const;

    Clock& clock_;
    std::string stream_;
    Database database_;
    redis::RedisLog log_;
    redis::StatusBoard board_;
    OutboxLook outbox_;
    std::optional<LogLook> before_;            ///< The log's server at the look before, if it answered.
    std::map<std::string, Offset> positions_;  ///< Of the consumers then.
    std::optional<RecordId> head_;             ///< As it was seen last.
};

}  // namespace contrail
