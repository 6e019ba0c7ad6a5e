#pragma once

#include <chrono>
#include <functional>

#include "contrail/clock.hpp"
#include "contrail/consumer_events.hpp"
#include "contrail/error.hpp"
#include "contrail/names.hpp"
#include "contrail/retention_events.hpp"
#include "contrail/segment.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer_events.hpp"

namespace contrail {

/// Called with the first failure to publish a status after a success, on the publisher's own thread.
using OnStatusFailure = std::function<void(const Error&)>;

/// Publishes a consumer's status beside the log: its state, its last error, and how long records took from
/// their seal to the commit of their effects. `contrail status` shows it. Give it to the consumer as its
/// listener, or as one of several (contrail/fan_out.hpp):
///
///     contrail::Consumer(name, *log, *checkpoints, handler, {}, contrail::system_clock(),
///                        contrail::consumer_status(settings, name))
///         .run(stop);
///
/// Lifetime  When the last copy of the listener is destroyed, the status says that the consumer stopped.
/// Cost      A connection and a thread of its own, which publishes once a second, every two while idle, and at each
///           change. The consumer never waits for it. A failure to publish changes only what others see.
/// Errors    Throws Error (Retry::never) at a URL that is not understood; later, none.
OnConsumerEvent consumer_status(const Settings& settings, const ConsumerName& consumer,
                                OnStatusFailure on_failure = {});

/// The listeners of an instance of a PartitionedConsumer: of its claims, and of the worker on each segment.
struct PartitionStatus {
    OnConsumerEvent claims;
    std::function<OnConsumerEvent(Segment segment)> worker;
};

/// The same for an instance of a PartitionedConsumer. It publishes a status of its own, which tells the segments that
/// it works on, and the place and state of each. Give `claims` to the consumer, and `worker(segment)` to each
/// SegmentWorker.
PartitionStatus partitioned_consumer_status(const Settings& settings, const ConsumerName& consumer,
                                            OnStatusFailure on_failure = {});

/// The listeners of a streamer and of the retention in the same process.
struct StreamerStatusListeners {
    OnStreamerEvent on_streamer_event;
    OnRetentionEvent on_retention_event;
};

/// The same for a streamer, and for what retention keeps, published every so often and at each change. A streamer that
/// is silent for five seconds counts as stopped. The second listener may stay unused.
StreamerStatusListeners streamer_status(const Settings& settings, OnStatusFailure on_failure = {},
                                        Clock::Duration every = std::chrono::seconds(1));

}  // namespace contrail
