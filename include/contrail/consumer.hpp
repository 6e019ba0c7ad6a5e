#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/consumer_events.hpp"
#include "contrail/consumer_options.hpp"
#include "contrail/error.hpp"
#include "contrail/log_reader.hpp"

namespace contrail {

class ConsumerEngine;

/// Applies records, in order, inside `transaction`: what it does there commits together with the checkpoint,
/// or not at all. After a failure it may be called again with the same records, in a new transaction; effects
/// elsewhere must tolerate that.
///
/// What it throws says what is at fault. An Error with any Retry but `never` blames the environment, which
/// will recover: the consumer tries the batch again for as long as it takes. Any other std::exception rejects
/// the records; see ConsumerOptions::on_refusal. contrail/handler_error.hpp has errors that say more. It must
/// not swallow the errors of its own statements: after one, Postgres refuses everything else in that
/// transaction.
using Handler = std::function<void(Transaction& transaction, std::span<const Record> records)>;

/// Reads a log in batches and commits the handler's work together with a checkpoint.
///
/// Delivery  Every record's effects are committed exactly once, in order, whatever crashes. A parked record
///           is the exception: its effects are committed when it is retried, out of order, and once.
/// Gaps      The consumer stops with an Error that names both ids if a record is missing: offsets are dense.
///           If a limit on the log has cut the consumer off, the Error says so.
/// Time      A batch must be handled within a minute. The database ends a transaction that idles longer, so a
///           frozen process does not hold up its stand-in for ever.
/// Threads   Not thread-safe. Several processes may run one name; all but one wait.
///
/// For effects that cannot share a transaction with the checkpoint, see AtLeastOnceConsumer.
class Consumer {
public:
    using Options = ConsumerOptions;

    /// `log`, `checkpoints` and `clock` must outlive the consumer. `on_event` may be empty.
    Consumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler, Options options,
             Clock& clock, OnConsumerEvent on_event = {});

    /// The same with the machine's clock, and without a listener.
    Consumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
             Options options = {});

    ~Consumer();

    /// One batch: reads it, applies it, commits. Returns how many records were committed, parked, or left out
    /// by the filter. 0: none came within `read_wait_max`, or another instance was faster. Throws Error, with
    /// the handler's exception nested in it if that was the cause; nothing is then committed, and calling it
    /// again is always safe.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested. Retries, with pauses, every Error but Retry::never,
    /// which it throws: a gap in the log, for example, or a record that the handler keeps rejecting.
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<ConsumerEngine> engine_;
};

}  // namespace contrail
