#pragma once

#include <cstdint>
#include <memory>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// An outbox with its relay, to be filled and emptied in turns. Every call throws Error.
class RelayedOutbox {
public:
    virtual ~RelayedOutbox() = default;

    /// In one transaction.
    virtual void stage(std::uint64_t records) = 0;

    /// Sends all that is there, and lets go of it.
    virtual void drain() = 0;
};

/// Ours, with all that a streamer process does: the log is trimmed, and the outbox emptied, behind a consumer
/// that is never late. `site` must outlive it.
std::unique_ptr<RelayedOutbox> contrail_outbox(const Site& site);

/// The outbox that most services begin with: a table that is read by id, a thousand records at a time, sent,
/// and deleted. It is here to be compared with; it loses what commits late. Autovacuum does for it what it
/// can.
std::unique_ptr<RelayedOutbox> plain_outbox(const Site& site);

}  // namespace contrail::bench
