#pragma once

#include <filesystem>
#include <memory>

#include "contrail/consumer_events.hpp"
#include "contrail/consumer_options.hpp"
#include "contrail/log.hpp"
#include "contrail/names.hpp"

namespace contrail {

/// Lets a consumer begin in an archive of the log (`contrail archive`), long after the log has forgotten: it reads the
/// archive, and then the log, as one.
///
///     contrail::Replay replay(contrail::StreamName(settings.stream_name), *log, "/var/lib/contrail/archive");
///     contrail::Consumer recount(contrail::ConsumerName("recount"), replay.log(), *checkpoints, handle,
///                                replay.options({.start = contrail::start::Earliest{}}));
///
/// Gaps      The consumer checks offsets across the seam as everywhere. Every file's checksum is checked before its
///           first record is used. At a damaged or missing file the consumer stops with an Error that names it.
/// Position  While a consumer reads the archive, its position beside the log is that of the archive's last record: the
///           log need not keep what the archive holds, so the archive must stay until the consumer has passed it.
/// Threads   Not thread-safe; one consumer for each Replay.
class Replay {
public:
    /// `log` must outlive it. `on_event` hears ReadingArchive and ReadingLog. Give it the consumer's listener: its
    /// status then tells how far it has come. Throws Error (Retry::never) if the folder holds no archive, or a damaged
    /// one.
    Replay(StreamName name, Log& log, const std::filesystem::path& folder, OnConsumerEvent on_event = {});
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;
    ~Replay();

    /// Valid as long as this object.
    LogReader& log();

    /// Throws Error unless the archive is of this log and of the outbox that feeds it: Retry::never if it is another
    /// one's, Retry::call while the log does not say which outbox feeds it.
    void require_same_log();

    /// The same options for a consumer of log(), which calls require_same_log() before it starts. A time as its
    /// starting place is looked up in the archive, which reads up to a file.
    ConsumerOptions options(ConsumerOptions options);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace contrail
