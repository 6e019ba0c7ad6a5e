#include "contrail/streamer.hpp"

#include <utility>

#include "core/streamer_engine.hpp"

namespace contrail {

Streamer::Streamer(Outbox& outbox, LogWriter& log, Clock& clock, Options options, OnStreamerEvent on_event)
    : engine_(std::make_unique<StreamerEngine>(outbox, log, clock, options, std::move(on_event))) {}

Streamer::~Streamer() = default;

std::size_t Streamer::run_once() {
    return engine_->run_once();
}

void Streamer::run(const std::stop_token& stop) {
    engine_->run(stop);
}

}  // namespace contrail
