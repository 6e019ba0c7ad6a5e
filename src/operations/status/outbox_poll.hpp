#pragma once

#include <optional>
#include <string>

#include "contrail/clock.hpp"
#include "operations/database.hpp"
#include "operations/status/status.hpp"

namespace contrail {

/// Polls an outbox. It counts a record once: a poll costs as much as what was staged since the poll before, however long
/// the backlog.
class OutboxPoll {
public:
    OutboxPoll(Database& database, Clock& clock) : database_(database), clock_(clock) {}

    /// `head`: the log's. Without it, what waits is unknown. Throws Error.
    OutboxStatus operator()(std::optional<RecordId> head);

private:
    /// What was found out about the records after the newest batch, and how far that batch goes.
    struct Counted {
        std::string newest;   ///< The snapshot of that batch.
        Offset sealed;        ///< Offset of its last record.
        std::uint64_t after;  ///< Records staged after it,
        std::string through;  ///< up to this snapshot.
    };

    [[nodiscard]] std::string query(std::optional<RecordId> head) const;
    double waiting_unsealed_for(bool wait, bool is_same_batch);

    Database& database_;
    Clock& clock_;
    std::optional<Counted> counted_;
    std::optional<Clock::Duration> unsealed_since_;
};

}  // namespace contrail
