#pragma once

#include <optional>
#include <string>

#include "archive/archive_reader.hpp"
#include "contrail/log.hpp"
#include "contrail/outbox.hpp"

namespace contrail::archive {

/// What an archive can give back to a log that has lost what its outbox has released.
struct Refill {
    RecordId head;  ///< The log's.
    RecordId
        after;  ///< The log goes on after this: its head, or later if no consumer needs what lies between.
    RecordId last;  ///< The last record that the outbox has released. It holds what follows.
};

/// Nothing if the outbox holds all that follows the log's head: the streamer then sends it by itself. Throws Error
/// (Retry::never) if the archive lacks some of the records, or is of another log.
std::optional<Refill> plan_refill(Outbox& outbox, Log& log, ArchiveReader& archive);

/// Appends the records, under their ids, as a streamer would. Throws Error (Retry::call) while a streamer leads, or if
/// the log moves: nothing is lost, and calling it again after another plan is always safe.
void execute(const Refill& refill, Outbox& outbox, Log& log, ArchiveReader& archive);

}  // namespace contrail::archive
