#include "core/segment_thread.hpp"

#include <utility>

#include "core/consumer_engine.hpp"
#include "core/listener.hpp"

namespace contrail {

SegmentThread::SegmentThread(ConsumerName name, Segment segment, SegmentWorker worker,
                             ConsumerOptions options, Clock& clock)
    : segment_(segment),
      thread_([this, name = std::move(name), worker = std::move(worker), options = std::move(options),
               &clock](const std::stop_token& stop) { work(stop, name, worker, options, clock); }) {}

void SegmentThread::work(const std::stop_token& stop, const ConsumerName& name, const SegmentWorker& worker,
                         const ConsumerOptions& options, Clock& clock) {
    const OnConsumerEvent on_event = or_ignore(worker.on_event);
    // An engine calls every error that ends it a halt. Changed segments are none.
    const auto but_halts = [&](const ConsumerEvent& event) {
        if (!std::holds_alternative<consumer_event::Halted>(event)) on_event(event);
    };
    try {
        ConsumerEngine(name, *worker.log, *worker.checkpoints, worker.handler,
                       options_of(worker, segment_, options), clock, but_halts)
            .run(stop);
    } catch (const SegmentsChanged&) {
        // The instance claims again, and sees how many there are.
    } catch (const Error& error) {
        error_ = std::current_exception();
        on_event(consumer_event::Halted{error});
    } catch (...) {
        error_ = std::current_exception();
    }
    ended_ = true;
}

ConsumerOptions options_of(const SegmentWorker& worker, Segment segment, ConsumerOptions options) {
    options.segment = segment;
    options.prepare = worker.prepare;
    return options;
}

}  // namespace contrail
