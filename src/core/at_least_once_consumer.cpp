#include "contrail/at_least_once_consumer.hpp"

#include <utility>

#include "core/consumer_engine.hpp"

namespace contrail {

namespace {

/// The effects are there when the handler returns, and the engine commits the checkpoint after that.
Handler ignoring_the_transaction(IdempotentHandler handler) {
    return
        [handler = std::move(handler)](Transaction&, std::span<const Record> records) { handler(records); };
}

}  // namespace

AtLeastOnceConsumer::AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                                         IdempotentHandler handler, Options options, Clock& clock,
                                         OnConsumerEvent on_event)
    : engine_(std::make_unique<ConsumerEngine>(std::move(name), log, checkpoints,
                                               ignoring_the_transaction(std::move(handler)),
                                               std::move(options), clock, std::move(on_event))) {}

AtLeastOnceConsumer::AtLeastOnceConsumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                                         IdempotentHandler handler, Options options)
    : AtLeastOnceConsumer(std::move(name), log, checkpoints, std::move(handler), std::move(options),
                          system_clock()) {}

AtLeastOnceConsumer::~AtLeastOnceConsumer() = default;

std::size_t AtLeastOnceConsumer::run_once() {
    return engine_->run_once();
}

void AtLeastOnceConsumer::run(const std::stop_token& stop) {
    engine_->run(stop);
}

}  // namespace contrail
