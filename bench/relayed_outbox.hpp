#pragma once

#include <cstdint>
#include <memory>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// An outbox and its relay, filled and emptied in turns. Every call throws Error.
class RelayedOutbox {
public:
    virtual ~RelayedOutbox() = default;

    /// Stages records in one transaction.
    virtual void stage(std::uint64_t records) = 0;

    /// Sends all staged records and removes them.
    virtual void drain() = 0;
};

/// Contrail's, with all the work of a streamer process: it trims the log and empties the outbox behind a
/// consumer that is never late. `site` must outlive it.
std::unique_ptr<RelayedOutbox> contrail_outbox(const Site& site);

/// The outbox that most services begin with: a table, read by id a thousand records at a time, sent, and
/// deleted. It serves as a comparison, and loses records that commit late. Autovacuum runs as usual.
std::unique_ptr<RelayedOutbox> plain_outbox(const Site& site);

}  // namespace contrail::bench
