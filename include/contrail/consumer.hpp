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

/// Applies records, in order, inside `transaction`: what it does there commits together with the
/// checkpoint, or not at all. May be called again with the same records after a failure, then in a new
/// transaction; what it does elsewhere must bear that.
///
/// What it throws says whose fault it is. Error with any Retry but `never`: of something outside, which will
/// pass; the batch is tried again for as long as it takes. Any other std::exception: of a record, which is
/// thereby refused; see ConsumerOptions::on_refusal. It must let out the errors of its statements: the
/// transaction is then of no more use.
using Handler = std::function<void(Transaction& transaction, std::span<const Record> records)>;

/// Reads a log in batches and commits the handler's work together with a checkpoint.
///
/// Delivery  Every record's effects are committed exactly once, in order, whatever crashes. A parked record
/// is
///           the exception: its effects are committed when it is retried, out of order, and once.
/// Gaps      Stops with an Error that names both ids if a record is missing: offsets are dense. Where a limit
///           on the log has cut the consumer off, it says so.
/// Time      A batch must be handled within a minute: a database ends a transaction that idles longer, so
///           that a frozen process does not hold up its stand-in for ever.
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
    Consumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler, Options options = {});

    ~Consumer();

    /// One batch: reads it, applies it, commits. Returns the records that are done with: committed or parked.
    /// 0 means that none came within `read_wait_max`, or that another instance was faster. Throws Error,
    /// with what the handler threw nested in it where that was the cause; nothing is then committed, and
    /// calling it again is always safe.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested. Retries, with pauses, every Error but Retry::never,
    /// which it throws: a gap in the log, say, or a record that the handler keeps refusing.
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<ConsumerEngine> engine_;
};

}  // namespace contrail
