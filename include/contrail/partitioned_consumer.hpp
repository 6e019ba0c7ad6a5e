#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "contrail/consumer.hpp"
#include "contrail/consumer_segments.hpp"

namespace contrail {

/// How a PartitionedConsumer works.
struct PartitionedConsumerOptions {
    /// How each worker works; its segment is set.
    ConsumerOptions consumer{};
    /// How many segments a new name begins with: a power of two from 1 to 1,024. From then on `contrail consumer split`
    /// and `merge` change it.
    std::uint32_t segments = 8;
    /// Most segments that this instance works on at once. Each takes a thread, and connections to both servers.
    std::uint32_t workers_max = 1'024;
    /// How often the instance claims segments. Others take over from one that has not claimed for three seconds.
    Clock::Duration claim_every{1'000};
    /// Unique among the instances of the name, and for people: 1 to 255 characters. Empty: made of the machine's name,
    /// the process and a random number.
    std::string instance{};
};

/// What one worker works with. Workers share none of these, unless they are thread-safe.
struct SegmentWorker {
    std::shared_ptr<LogReader> log;
    std::shared_ptr<Checkpoints> checkpoints;
    Handler handler;
    std::function<void()> prepare{};  ///< As ConsumerOptions::prepare, which it replaces.
    OnConsumerEvent on_event{};       ///< Called on the worker's thread.
};
using MakeSegmentWorker = std::function<SegmentWorker(Segment segment)>;

/// As many workers as the handler needs: a thread for each segment that this instance has claimed, with a Consumer of
/// that segment. Instances of one name, on any number of machines, share its segments fairly.
///
/// Delivery  As a Consumer's: effects exactly once, and in order among the records of a key (ConsumerOptions::key).
///           Records of different keys have no order.
/// Claims    Nothing rests on them: the checkpoint's row decides. They save work. Other instances take over from one
///           that is dead or frozen after three seconds, and one that joins gets its share within a few claims.
/// Refusals  A record that its handler rejects for good halts its segment only. The other workers go on.
/// Threads   run() once, on one thread. It calls `make_worker` there, and handlers on threads of the workers.
class PartitionedConsumer {
public:
    using Options = PartitionedConsumerOptions;

    /// `segments` and `clock` must outlive the consumer; the clock must be thread-safe. `on_event` hears what concerns
    /// the claims; a worker has a listener of its own.
    PartitionedConsumer(ConsumerName name, ConsumerSegments& segments, MakeSegmentWorker make_worker,
                        Options options, Clock& clock, OnConsumerEvent on_event = {});
    ~PartitionedConsumer();

    /// Works until `stop` is requested; then every worker completes the batch in hand, and the segments are free for
    /// other instances. Retries every Error but Retry::never. Throws the error that halted a worker once no worker of
    /// this instance is left at work.
    void run(const std::stop_token& stop);

private:
    class Instance;

    ConsumerName name_;
    ConsumerSegments& segments_;
    MakeSegmentWorker make_worker_;
    Options options_;
    Clock& clock_;
    OnConsumerEvent on_event_;
};

}  // namespace contrail
