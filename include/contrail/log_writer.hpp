#pragma once

#include <span>
#include <string>

#include "contrail/log_usage.hpp"
#include "contrail/outbox_identity.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a streamer does to a log: it appends where the log ends. Port: a Redis stream behind it, or memory in
/// tests.
///
/// An append comes in two halves, so that the caller can read on from Postgres while the log is busy. Appends
/// are answered in the order in which they were begun.
///
/// Identity A log is fed by one outbox. claim() notes which one, beside the log. After a loss of everything the log
///          names none, and appends nothing until the next claim(). An append, a restart or a claim() throws Error
///          (Retry::never) if another outbox feeds the log, or if the log holds records and names none.
/// Errors   Every call throws Error. After one, what was begun is forgotten, and the next call starts on a
///          fresh connection. An append that fails with Retry::in_doubt may have happened: ask head().
/// Threads  Not thread-safe. Any number of processes may append to one log at once.
class LogWriter {
public:
    virtual ~LogWriter() = default;

    /// Says for which outbox this object changes the log from now on. At first there is none, and a log that names an
    /// outbox refuses every change. Throws Error (Retry::never) at once if another outbox feeds the log.
    virtual void act_for(const OutboxIdentity& outbox) = 0;

    /// Names the log's incarnation: its life from one loss of everything, or one start of its server, to the next.
    /// Gives it a name if it has none.
    virtual std::string incarnation() = 0;

    /// Notes that the outbox feeds the log, and that it has sealed the records up to `sealed`; 0-0 if none.
    ///
    /// Ask for the incarnation first, and then the outbox for `sealed`. In another incarnation than that one nothing is
    /// noted, and Error (Retry::call) is thrown: a slow streamer would tell a log that has lost everything of less than
    /// it had held, and a consumer that wants what comes next would begin too early.
    virtual void claim(RecordId sealed, const std::string& incarnation) = 0;

    /// The id of the record appended last, even if it was deleted or trimmed since; 0-0 if there never was
    /// one, or the log was lost. Waits for the appends begun before, and forgets their answers.
    virtual RecordId head() = 0;

    virtual LogUsage usage() = 0;

    /// Begins to append `records`, all or none: if and only if the log's head is `expected`. The records' ids
    /// rise. `records` is not empty and may change once this has returned.
    virtual void append_begin(RecordId expected, std::span<const Record> records) = 0;

    /// Waits for the oldest append begun. Returns the log's head after it: the id of its last record if the
    /// append was made (now, or earlier by any streamer: ids and contents are the same), else the head found.
    virtual RecordId append_end() = 0;

    /// Empties the log and sets its head to `head`, all or nothing: if and only if its head is `expected`.
    /// `head` is not before `expected`. Returns the log's head after it.
    virtual RecordId restart(RecordId expected, RecordId head) = 0;
};

}  // namespace contrail
