#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/log.hpp"

namespace contrail {

/// Applies records, in order, inside `transaction`: what it does there commits together with the
/// checkpoint, or not at all. May be called again with the same records after a failure, then in a new
/// transaction; what it does elsewhere must bear that. Throws to refuse the batch.
using Handler = std::function<void(Transaction& transaction, std::span<const Record> records)>;

/// What a consumer tells while it works. Override what is of interest; the rest does nothing.
/// Called on the consumer's thread; must not throw.
class ConsumerEvents {
public:
    virtual ~ConsumerEvents() = default;

    /// It loaded its checkpoint (0-0: none yet) and reads on from there.
    virtual void located(RecordId /*checkpoint*/) {}
    /// Effects and checkpoint are committed up to `checkpoint`.
    virtual void committed(std::size_t /*records*/, RecordId /*checkpoint*/) {}
    /// Records at or below the checkpoint were passed over.
    virtual void skipped(std::size_t /*records*/) {}
    /// Another instance of this name was faster; what it did is not done again.
    virtual void overtaken() {}
    /// A call or the handler failed; the batch is tried again after `pause`.
    virtual void retrying(const std::exception& /*error*/, Clock::Duration /*pause*/) {}
};

struct Gap;

/// Reads a log in batches and commits the handler's work together with a checkpoint.
///
/// Delivery  Every record's effects are committed exactly once, in order, whatever crashes.
/// Gaps      Stops with an Error that names both ids if a record is missing: offsets are dense. Where a limit
///           on the log has cut the consumer off, it says so.
/// Threads   Not thread-safe. Several processes may run one name; all but one wait.
class Consumer {
public:
    struct Options {
        /// Bounds of one transaction. More saves commits, and repeats more after a crash.
        ChunkLimits batch{.records_max = 1'000, .bytes_max = 4 << 20};
        /// Longest wait for a first record, and so the longest that run() takes to notice a stop.
        Clock::Duration read_wait_max{250};
        /// How often the position is reported beside the log though it has not changed: a log that was lost
        /// has forgotten it.
        Clock::Duration report_every{1'000};
        /// Pause of an instance that another one of its name has overtaken.
        Clock::Duration stand_by_wait{500};
        /// Times that a batch is given to a handler that throws before run() gives up.
        std::uint32_t handler_attempts_max = 5;
        /// Pause after a failure: doubles from the first to the second, with jitter.
        Clock::Duration retry_wait_min{50};
        Clock::Duration retry_wait_max{5'000};
    };

    /// `log`, `checkpoints`, `clock` and `events` must outlive the consumer.
    Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler, Options options,
             Clock& clock, ConsumerEvents& events);

    /// The same with the usual options, the machine's clock, and nobody told.
    Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler);

    /// One batch: reads it, applies it, commits. Returns the records committed; 0 means that none came
    /// within `read_wait_max`, or that another instance was faster. Throws Error, and whatever the
    /// handler throws; nothing is then committed, and calling it again is always safe.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested. Retries every Error but Retry::never, and a handler
    /// that throws anything else as often as the options say; then lets the exception out.
    void run(const std::stop_token& stop);

private:
    void locate();
    void begin_read();
    void skip_records_already_applied();
    [[nodiscard]] std::optional<Gap> find_gap() const;
    [[noreturn]] void throw_gap(const Gap& gap) const;
    [[nodiscard]] bool was_overtaken();
    bool apply_and_commit();
    bool stand_by();

    ConsumerName name_;
    Log& log_;
    Checkpoints& checkpoints_;
    Handler handler_;
    Options options_;
    Clock& clock_;
    ConsumerEvents& events_;

    std::optional<RecordId> checkpoint_;  ///< The last committed; unset while it has to be loaded (again).
    std::optional<RecordId> reported_;    ///< The last told to the log.
    Clock::Duration reported_at_{0};
    RecordId read_to_;  ///< Where the next read begins: past the checkpoint if records were skipped.
    std::vector<Record> records_;
    bool reading_ = false;  ///< A read was begun and not ended.
};

}  // namespace contrail
