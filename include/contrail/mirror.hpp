#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/clock.hpp"
#include "contrail/consumer_owner.hpp"
#include "contrail/error.hpp"
#include "contrail/log.hpp"
#include "contrail/retry_policy.hpp"

namespace contrail {

/// How a mirror works. The defaults suit most.
struct MirrorOptions {
    /// Bounds of one append to the copy.
    ChunkLimits chunk;
    /// Longest wait for a first record, and so the longest time until run() notices a stop.
    Clock::Duration read_wait_max{250};
    /// How often the mirror checks whether the copy has lost records, and drops there what the source lacks and
    /// no consumer of the copy needs.
    Clock::Duration maintain_every{1'000};
    /// Pauses after failures.
    RetryPolicy retry{};
};

/// Keeps a copy of a log on another server, or in another kind of log: the same records under the same ids.
///
/// The copy's head says where the mirror continues, and the copy refuses what does not follow its head. So a mirror
/// has no state of its own, and any number of them may write one copy. The copy names the outbox that feeds the source:
/// its streamer may go on at the copy.
///
/// Retention The mirror is a consumer of the source, which keeps what the copy lacks. A copy that lost everything
///           begins again with what the source holds.
/// Identity  Throws Error (Retry::never) if another outbox feeds the copy, if the copy holds another record than the
///           source under an id, or if the source has dropped records that the copy lacks.
/// Threads   Not thread-safe.
class Mirror {
public:
    using Options = MirrorOptions;

    /// `name`: the consumer of the source that this mirror is. `copy`: the owner of that name, and so which copy this
    /// is; two copies need two names. The other arguments must outlive the mirror; the logs are its own.
    Mirror(const ConsumerName& name, const ConsumerOwner& copy, Log& from, Log& to, Clock& clock,
           Options options = {});

    /// One step: finds its place if that is not known, and copies a chunk. Returns the records copied; 0 means nothing
    /// new. Throws Error; calling it again is always safe.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested. Retries every error but Retry::never, which it throws.
    /// `on_retry` may be empty.
    void run(const std::stop_token& stop,
             const std::function<void(const Error& error, Clock::Duration pause)>& on_retry = {});

private:
    void find_place();
    void begin_anew(const LogUsage& source);
    void require_same_record(const LogUsage& source);
    std::size_t copy();
    void cut_at_gap();
    void maintain();

    ConsumerName name_;
    Log& from_;
    Log& to_;
    Clock& clock_;
    Options options_;
    std::optional<RecordId> place_;  ///< The copy's head; nothing: it must be asked for.
    std::optional<Clock::Duration> maintained_at_;
    std::vector<Record> records_;
};

}  // namespace contrail
