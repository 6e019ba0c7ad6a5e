#include "contrail/partitioned_consumer.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <random>
#include <utility>

#include "core/consumer_engine.hpp"
#include "core/listener.hpp"
#include "core/retry_loop.hpp"
#include "core/segment_thread.hpp"

namespace contrail {

namespace {

/// Such as `web-1/4711/9f86d081`. A process that is started again under the same number is another instance.
std::string own_instance() {
    std::array<char, 200> machine{};
    gethostname(machine.data(),
                machine.size() - 1);  // It fails at a longer name only, and has copied its beginning.
    std::array<char, 40> rest{};
    std::snprintf(rest.data(), rest.size(), "/%ld/%08x", static_cast<long>(getpid()), std::random_device{}());
    return std::string(machine.data()) + rest.data();
}

}  // namespace

/// One run() of a PartitionedConsumer.
class PartitionedConsumer::Instance {
public:
    explicit Instance(PartitionedConsumer& consumer) : consumer_(consumer) { tell({}); }

    /// Claims segments, and lets a thread work on each of them. Returns what the loop does next.
    StepResult claim() {
        const ClaimedSegments claimed = consumer_.segments_.claim(
            consumer_.name_, consumer_.options_.instance, consumer_.options_.workers_max);
        if (claimed.count == 0) {
            register_name();
            return {};
        }
        if (claimed != told_) tell(claimed);
        end_all_but(claimed);
        require_one_at_work();
        for (const std::uint32_t number : claimed.numbers)
            if (!threads_.contains(number)) start({number, claimed.count});
        return {.pause = consumer_.options_.claim_every};
    }

    /// Waits for all threads, and lets other instances have the segments.
    void end() {
        for (auto& [number, thread] : threads_) thread->request_stop();
        threads_.clear();
        try {
            consumer_.segments_.release(consumer_.name_, consumer_.options_.instance);
        } catch (const Error&) {
            // The claims end by themselves soon.
        }
    }

private:
    void tell(const ClaimedSegments& claimed) {
        consumer_.on_event_(consumer_event::Claimed{consumer_.options_.instance, claimed});
        told_ = claimed;
    }

    void register_name() {
        const Segment segment{0, consumer_.options_.segments};
        const SegmentWorker worker = consumer_.make_worker_(segment);
        ConsumerEngine(consumer_.name_, *worker.log, *worker.checkpoints, worker.handler,
                       options_of(worker, segment, consumer_.options_.consumer), consumer_.clock_,
                       or_ignore(worker.on_event))
            .register_if_new();
    }

    void start(Segment segment) {
        threads_.emplace(segment.number, std::make_unique<SegmentThread>(
                                             consumer_.name_, segment, consumer_.make_worker_(segment),
                                             consumer_.options_.consumer, consumer_.clock_));
    }

    /// Does not wait for a thread that completes its batch: the next claim would come too late. A halted one stays, or
    /// its segment would be worked on again.
    void end_all_but(const ClaimedSegments& claimed) {
        std::erase_if(threads_, [&](auto& each) {
            SegmentThread& thread = *each.second;
            const bool is_wanted = thread.segment().count == claimed.count &&
                                   std::ranges::count(claimed.numbers, thread.segment().number) > 0;
            if (!is_wanted) thread.request_stop();
            return thread.has_ended() && !(is_wanted && thread.error());
        });
    }

    void require_one_at_work() const {
        const auto is_halted = [](const auto& each) {
            return each.second->has_ended() && each.second->error();
        };
        if (!threads_.empty() && std::ranges::all_of(threads_, is_halted))
            std::rethrow_exception(threads_.begin()->second->error());
    }

    PartitionedConsumer& consumer_;
    ClaimedSegments told_;
    std::map<std::uint32_t, std::unique_ptr<SegmentThread>> threads_;  ///< By the number of the segment.
};

PartitionedConsumer::PartitionedConsumer(ConsumerName name, ConsumerSegments& segments,
                                         MakeSegmentWorker make_worker, Options options, Clock& clock,
                                         OnConsumerEvent on_event)
    : name_(std::move(name)),
      segments_(segments),
      make_worker_(std::move(make_worker)),
      options_(std::move(options)),
      clock_(clock),
      on_event_(or_ignore(std::move(on_event))) {
    if (options_.instance.empty()) options_.instance = own_instance();
}

PartitionedConsumer::~PartitionedConsumer() = default;

void PartitionedConsumer::run(const std::stop_token& stop) {
    Instance instance(*this);
    const auto on_retrying = [this](const Error& error, Clock::Duration pause) {
        on_event_(consumer_event::Retrying{error, pause});
    };
    // Its listener has heard of what halted a worker.
    const auto on_halted = [](const Error&) {};
    try {
        repeat([&] { return instance.claim(); }, stop, clock_, options_.consumer.retry,
               Endures::passing_errors, on_retrying, on_halted);
    } catch (...) {
        instance.end();
        throw;
    }
    instance.end();
}

}  // namespace contrail
