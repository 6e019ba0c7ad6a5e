#include "contrail/consumer.hpp"

#include <utility>

#include "core/consumer_engine.hpp"

namespace contrail {

Consumer::Consumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                   Options options, Clock& clock, OnConsumerEvent on_event)
    : engine_(std::make_unique<ConsumerEngine>(std::move(name), log, checkpoints, std::move(handler),
                                               std::move(options), clock, std::move(on_event))) {}

Consumer::Consumer(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                   Options options)
    : Consumer(std::move(name), log, checkpoints, std::move(handler), std::move(options), system_clock()) {}

Consumer::~Consumer() = default;

std::size_t Consumer::run_once() {
    return engine_->run_once();
}

void Consumer::run(const std::stop_token& stop) {
    engine_->run(stop);
}

}  // namespace contrail
