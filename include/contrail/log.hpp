#pragma once

#include "contrail/log_keeper.hpp"
#include "contrail/log_reader.hpp"
#include "contrail/log_writer.hpp"

namespace contrail {

/// The log that consumers read: ordered, append-only. It is written by a streamer, read by consumers and
/// trimmed by retention; each of them sees its own port only.
///
/// Requests of one Log are answered in the order in which they were begun. Any number of processes may use
/// one log at once; an object is not thread-safe.
class Log : public LogWriter, public LogReader, public LogKeeper {
public:
    RecordId head() override = 0;
    LogUsage usage() override = 0;
    void act_for(const OutboxIdentity& outbox) override = 0;
};

}  // namespace contrail
