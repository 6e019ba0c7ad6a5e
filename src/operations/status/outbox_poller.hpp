#pragma once

#include <optional>
#include <string>

#include "contrail/clock.hpp"
#include "operations/database.hpp"
#include "operations/status/status.hpp"

namespace contrail::operations {

/// Polls an outbox. It counts each record once: a poll costs as much as was staged since the poll before,
/// however long the backlog.
class OutboxPoller {
public:
    OutboxPoller(Database& database, Clock& clock) : database_(database), clock_(clock) {}

    /// `head` is the log's. Without it, the number of waiting records is unknown. Throws Error.
    OutboxStatus poll(std::optional<RecordId> head);

private:
    /// What the poll before counted: the newest batch, and the records after it.
    struct Counted {
        std::string newest;       ///< The snapshot of that batch.
        Offset sealed = {};       ///< The offset of its last record.
        std::uint64_t after = 0;  ///< Records staged after that batch,
        std::string through;      ///< up to this snapshot.
    };

    Counted count_records(const postgres::Result& ends, bool is_same_batch);
    /// How long unsealed records have waited, in seconds.
    double unsealed_wait(bool any_waits, bool is_same_batch);

    Database& database_;
    Clock& clock_;
    std::optional<Counted> counted_;
    std::optional<Clock::Duration> unsealed_since_;
};

}  // namespace contrail::operations
