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

/// Applies records, in order, to a store of its own. When it returns, their effects must be durable: the
/// checkpoint is saved next. What it throws means the same as for a Handler.
using IdempotentHandler = std::function<void(std::span<const Record> records)>;

/// Reads a log in batches for a store that cannot share a transaction with the checkpoint: a data warehouse,
/// a search index, another service. First come the effects, then the checkpoint, by compare-and-set.
///
/// Delivery  Every record's effects happen at least once, in order. After a crash between effects and
///           checkpoint the consumer handles the records between again, all of them, in the same order. The
///           store is right all the same if the handler is idempotent: handling a stretch of the log twice
///           leaves what handling it once leaves.
///             create, update   an upsert: INSERT … ON CONFLICT DO UPDATE, PUT under the record's own key
///             delete           tolerates that the row is not there
///           Adding to a count or a sum is not idempotent: use a Consumer. The same goes for a mail that must
///           not go out twice: a Consumer inserts a row, and another program sends it.
/// Threads   Not thread-safe. Several processes may run one name; all but one wait. One that was frozen for
///           more than a minute may wake up and finish its batch beside its stand-in. Where a stale row would
///           matter, keep the record's offset in it and let only a greater one overwrite it.
///
/// docs/idempotent-consumers.md says more on both.
///
/// Gaps, time limits, starting places and rejected records are as with Consumer. A parked record that is
/// retried comes after records that followed it. An upsert must not undo theirs; again, the offset in the row
/// tells.
class AtLeastOnceConsumer {
public:
    using Options = ConsumerOptions;

    /// `log`, `checkpoints` and `clock` must outlive the consumer. `on_event` may be empty.
    AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                        IdempotentHandler handler, Options options, Clock& clock,
                        OnConsumerEvent on_event = {});

    /// The same with the machine's clock, and without a listener.
    AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                        IdempotentHandler handler, Options options = {});

    ~AtLeastOnceConsumer();

    /// As Consumer::run_once(), except that effects may be there although it throws.
    std::size_t run_once();

    /// As Consumer::run().
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<ConsumerEngine> engine_;
};

}  // namespace contrail
