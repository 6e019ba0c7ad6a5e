#include "contrail/retention.hpp"

#include <utility>

#include "core/retention_engine.hpp"

namespace contrail {

Retention::Retention(Outbox& outbox, LogKeeper& log, Clock& clock, Options options, OnRetentionEvent on_event)
    : engine_(std::make_unique<RetentionEngine>(outbox, log, clock, options, std::move(on_event))) {}

Retention::~Retention() = default;

Retention::Plan Retention::plan() {
    return engine_->plan();
}

void Retention::run_once() {
    engine_->run_once();
}

void Retention::run(const std::stop_token& stop) {
    engine_->run(stop);
}

}  // namespace contrail
