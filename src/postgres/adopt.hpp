#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "contrail/log.hpp"
#include "contrail/outbox_identity.hpp"
#include "contrail/settings.hpp"

namespace contrail::postgres {

/// How an outbox and its log contradict each other, and how the outbox can continue after what the log and
/// its consumers show.
struct Adoption {
    RecordId head;       ///< The log's.
    RecordId sealed;     ///< The last record that the outbox has sealed.
    std::string reason;  ///< Why the streamer cannot continue. Empty: it can; all that follows is unset.

    RecordId place;  ///< The outbox continues after this record.
    bool keeps_records =
        false;  ///< Only notes change: which database and log belong to the outbox, and it to the log.
    bool reassigns_log = false;            ///< The log names another outbox than this one, or none.
    std::optional<OutboxIdentity> fed_by;  ///< The outbox that the log names until now.
    bool empties_log = false;              ///< The log does not end at `place`: adopt() empties it.
    std::uint64_t renumbered = 0;          ///< Records of the outbox that get the offsets after `place`.
    std::uint64_t dropped = 0;             ///< Records of the outbox that leave it: they were sent.
    /// Every consumer that is known to read the log, by name, with the records that it needs and that will be
    /// gone.
    std::vector<RegisteredConsumer> consumers;
};

/// Tells what adopt() would do, and changes nothing.
Adoption plan_adoption(const Settings& settings, Log& log);

/// Lets the outbox continue after what the log and its consumers show, where the streamer cannot: the
/// database lost commits that had been sent, another program wrote to the log, or the database was restored
/// from a dump. Consumers that miss records are marked as cut off.
///
/// Safe beside streamers, consumers and producers, and safe to call again after any failure. Waits for open
/// transactions that use the outbox for at most five seconds.
///
/// Throws Error. Where the log has not been brought along yet, the message says so.
Adoption adopt(const Settings& settings, Log& log);

}  // namespace contrail::postgres
