#include "reports/program_events.hpp"

namespace contrail {

void StreamerProgress::located(RecordId /*head*/, std::uint64_t /*resend*/) {
    progress_.takes_over();
    progress_.located();
}

void StreamerProgress::restarted(RecordId /*head*/, RecordId /*from*/) {
    progress_.takes_over();
    progress_.located();
}

void StreamerProgress::held_back(const LogUsage& /*usage*/) {
    progress_.holds_back(true);
}

void StreamerProgress::resumed() {
    progress_.holds_back(false);
}

void StreamerProgress::batch_appended(const Batch& /*batch*/) {
    progress_.worked();
}

void StreamerProgress::standing_by() {
    progress_.stands_by();
}

void StreamerProgress::taking_over(RecordId /*head*/, Clock::Duration /*stood_still*/) {
    progress_.takes_over();
}

void StreamerProgress::retrying(const Error& error, Clock::Duration /*pause*/) {
    progress_.failed(error.what());
}

void StreamerProgress::halted(const Error& error) {
    progress_.halted(error.what());
}

void ConsumerProgress::located(RecordId /*checkpoint*/) {
    progress_.located();
}

void ConsumerProgress::committed(RecordId first, RecordId last) {
    progress_.committed(last.offset.value - first.offset.value + 1, first.sealed_ms, last.sealed_ms);
}

void ConsumerProgress::overtaken() {
    progress_.stands_by();
}

void ConsumerProgress::retrying(const std::exception& error, Clock::Duration /*pause*/) {
    progress_.failed(error.what());
}

void ConsumerProgress::halted(const Error& error) {
    progress_.halted(error.what());
}

void ConsumerProgress::parked(const DeadLetter& letter) {
    progress_.worked();
    progress_.noted("Parked record " + letter.record.id.to_string() + ": " + letter.error);
}

void ConsumerProgress::retried(const DeadLetter& /*letter*/) {
    progress_.worked();
}

}  // namespace contrail
