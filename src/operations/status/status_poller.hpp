#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "contrail/clock.hpp"
#include "contrail/settings.hpp"
#include "logs/logs.hpp"
#include "operations/consumers/progress.hpp"
#include "operations/database.hpp"
#include "operations/status/log_snapshot.hpp"
#include "operations/status/outbox_poller.hpp"
#include "operations/status/published_consumers.hpp"
#include "operations/status/status.hpp"

namespace contrail::operations {

/// How long to wait for a server. An operator is waiting: less than a program's work would bear.
struct StatusWaits {
    logs::Waits log{.connect = std::chrono::seconds(2), .reply = std::chrono::seconds(5)};
    postgres::Waits postgres{.connect_max = std::chrono::seconds(2),
                             .answer_max = std::chrono::seconds(5),
                             .batch_max = std::chrono::seconds(5)};
};

/// Polls a log and all that belongs to it, over two connections to the log's server and one to Postgres, and changes
/// nothing.
///
/// Cost     A few short requests per poll.
/// Time     Gives up a server that does not answer within `waits`.
/// Threads  Not thread-safe.
class StatusPoller {
public:
    /// Connects at the first poll. Throws Error (Retry::never) if it cannot use the settings. `clock` must
    /// outlive this object.
    explicit StatusPoller(const Settings& settings, Clock& clock = system_clock(),
                          const StatusWaits& waits = {});

    /// One poll. If a server does not answer, its part of the status holds the error, and the rest is
    /// complete. Rates are known from the second poll on.
    Status poll();

private:
    void add_log(const LogSnapshot& snapshot, Status& status) const;
    void add_streamer(const LogSnapshot& snapshot, Status& status) const;
    void add_consumers(KnownConsumers known, const std::optional<LogSnapshot>& snapshot,
                       Status& status) const;
    /// `all`: what its instances publish. Null: nothing.
    void add_published(const LogSnapshot& snapshot, const PublishedConsumer* all,
                       ConsumerStatus& consumer) const;

    Clock& clock_;
    std::string stream_;
    Database database_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<status::StatusBoard> board_;
    OutboxPoller outbox_;
    std::optional<LogSnapshot> before_;        ///< Of the poll before, if the log's server answered.
    std::map<std::string, Offset> positions_;  ///< Of the consumers in the poll before.
    std::optional<RecordId> head_;             ///< The log's last known head.
};

}  // namespace contrail::operations
