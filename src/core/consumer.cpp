#include "contrail/consumer.hpp"

#include <utility>

#include "core/consumer_engine.hpp"

namespace contrail {

Consumer::Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler, Options options,
                   Clock& clock, ConsumerEvents& events)
    : engine_(std::make_unique<ConsumerEngine>(std::move(name), log, checkpoints, std::move(handler),
                                               std::move(options), clock, events)) {}

Consumer::Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler, Options options)
    : Consumer(std::move(name), log, checkpoints, std::move(handler), std::move(options), system_clock(),
               nobody()) {}

Consumer::~Consumer() = default;

std::size_t Consumer::run_once() {
    return engine_->run_once();
}

void Consumer::run(const std::stop_token& stop) {
    engine_->run(stop);
}

}  // namespace contrail
