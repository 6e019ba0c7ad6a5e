#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail::postgres {

/// Where an outbox and its log contradict each other, and what it takes to let the outbox go on after what
/// the log and its consumers show.
struct Adoption {
    RecordId head;       ///< The log's.
    RecordId sealed;     ///< The last record that the outbox has sealed.
    std::string reason;  ///< Why the streamer cannot go on by itself. Empty: it can; what follows is unset.

    RecordId place;                ///< The outbox goes on after this record.
    bool empties_log = false;      ///< The log ends elsewhere: it has to be emptied to go on after `place`.
    std::uint64_t renumbered = 0;  ///< Records of the outbox that get the offsets after `place`.
    std::uint64_t dropped = 0;     ///< Records of the outbox that leave it: they were sent.
    /// Everybody who is known to read the log, by name; with what they need and nobody will hold any more.
    std::vector<RegisteredConsumer> consumers;
};

/// Finds out what adopt() would do, and changes nothing.
Adoption plan_adoption(const Settings& settings, Log& log);

/// Makes the outbox go on after what the log and its consumers show, where the streamer cannot by itself:
/// because the database lost commits that had been sent, or something else wrote to the log, or the database
/// was restored from a dump in another cluster. Consumers that miss something by that are marked as cut off.
///
/// Safe beside streamers, consumers and producers, and to be called again after any failure. Waits for open
/// transactions that use the outbox for five seconds at the most.
///
/// Throws Error. Where the log has not been brought along yet, the message says so.
Adoption adopt(const Settings& settings, Log& log);

}  // namespace contrail::postgres
