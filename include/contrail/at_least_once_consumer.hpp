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

/// Applies records, in order, to a store of its own. When it returns, their effects are there for good: the
/// checkpoint is saved next. What it throws means the same as for a Handler.
using IdempotentHandler = std::function<void(std::span<const Record> records)>;

/// Reads a log in batches for a store that cannot share a transaction with the checkpoint: a data warehouse,
/// a search index, another service. First come the effects, then the checkpoint, by compare-and-set.
///
/// Delivery  Every record's effects happen at least once, in order. A crash between effects and checkpoint
///           has the records between handled again, all of them, in the same order. The store is right all
///           the same if the handler is idempotent, so that handling a stretch of the log twice leaves what
///           handling it once would have left:
///             create, update   an upsert: INSERT … ON CONFLICT DO UPDATE, PUT under the record's own key
///             delete           tolerates that the row is not there
///           A count or a sum that is added to is not: it belongs into a Consumer. So does a mail that must
///           not go out twice, as a row that is sent later.
/// Threads   Not thread-safe. Several processes may run one name; all but one wait. One that was frozen for
///           more than a minute may wake up and finish its batch beside its stand-in: where a stale row would
///           matter, keep the record's offset in it and let only a greater one overwrite it.
///
/// docs/idempotent-consumers.md says more on both.
///
/// Gaps, time limits, starting places and refused records are as with Consumer. A record that is retried
/// after it was parked comes after records that followed it: an upsert must then not undo theirs; again,
/// the offset in the row tells.
class AtLeastOnceConsumer {
public:
    using Options = ConsumerOptions;

    /// `log`, `checkpoints` and `clock` must outlive the consumer. `on_event` may be empty.
    AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, IdempotentHandler handler,
                        Options options, Clock& clock, OnConsumerEvent on_event = {});

    /// The same with the machine's clock, and without a listener.
    AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, IdempotentHandler handler,
                        Options options = {});

    ~AtLeastOnceConsumer();

    /// As Consumer::run_once(), except that effects may be there although it throws.
    std::size_t run_once();

    /// As Consumer::run().
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<ConsumerEngine> engine_;
};

}  // namespace contrail
