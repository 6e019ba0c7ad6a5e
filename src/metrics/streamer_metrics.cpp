#include "metrics/streamer_metrics.hpp"

#include <string>

#include "contrail/overloaded.hpp"

namespace contrail::metrics {

namespace {

constexpr ProgramState streamer_states[] = {ProgramState::idle,        ProgramState::streaming,
                                            ProgramState::standing_by, ProgramState::held_back,
                                            ProgramState::retrying,    ProgramState::halted};

}  // namespace

StreamerMetrics::StreamerMetrics(Registry& registry, Clock& clock)
    : watchdog_(clock),
      state_("contrail_streamer_state", "1 for the state that the streamer is in, 0 for its other states.",
             {{"stream", registry.stream()}}, streamer_states),
      records_(registry.counter(
          "contrail_streamer_records_total",
          "Records that this process appended to the log. A record that is sent again counts "
          "again.")),
      bytes_(registry.counter("contrail_streamer_bytes_total",
                              "Bytes of the records appended: action, object, data, key and headers.")),
      appends_(registry.counter("contrail_streamer_appends_total",
                                "Appends that the log accepted; each is one chunk of a batch.")),
      batches_(registry.counter("contrail_streamer_batches_total",
                                "Batches that were read to their end and handed to the log.")),
      resends_(registry.counter(
          "contrail_streamer_resends_total",
          "Sealed records that the log lacked when the streamer found its place. They are sent "
          "under their old ids.")),
      refusals_(registry.counter(
          "contrail_streamer_refusals_total",
          "Times that the log refused an append because its head was not the expected one.")),
      restarts_(registry.counter(
          "contrail_streamer_log_restarts_total",
          "Times that the streamer emptied the log, which then went on where the outbox begins.")),
      takeovers_(
          registry.counter("contrail_streamer_takeovers_total",
                           "Times that this streamer began to work beside a leader that stood still.")),
      retries_(registry.counter("contrail_streamer_retries_total",
                                "Calls to Postgres or Redis that failed and were repeated.")),
      seal_(
          registry.histogram("contrail_streamer_seal_seconds",
                             "From asking Postgres for the next batch until the batch is sealed durably. Not "
                             "observed when nothing was staged. Monotonic clock of the streamer.")),
      seal_interval_(registry.histogram(
          "contrail_streamer_seal_interval_seconds",
          "From the start of the previous poll of the outbox, or from the commit that ended a rest "
          "of the streamer, to the batch's seal: no record of the batch waited longer between its "
          "commit and its seal. Not observed for the first batch after a start or a failure. "
          "Monotonic clock of the streamer.")),
      append_(registry.histogram("contrail_streamer_append_seconds",
                                 "From sending an append to Redis to taking its answer, with the wait behind "
                                 "the appends before it. Monotonic clock of the streamer.")) {
    registry.add(state_);
    watchdog_.expect();
}

void StreamerMetrics::on_event(const StreamerEvent& event) {
    std::visit(overloaded{
                   [&](const streamer_event::Located& located) {
                       resends_.Increment(static_cast<double>(located.resend));
                       found_its_place();
                   },
                   [&](const streamer_event::Restarted&) {
                       restarts_.Increment();
                       found_its_place();
                   },
                   [&](const streamer_event::HeldBack& now) {
                       state_.enter(ProgramState::held_back);
                       watchdog_.failed(
                           "holding back: Redis uses " + std::to_string(now.usage.memory_bytes >> 20) +
                           " of " + std::to_string(now.usage.memory_bytes_max >> 20) + " MiB (maxmemory)");
                   },
                   [&](const streamer_event::Resumed&) { state_.enter(ProgramState::streaming); },
                   [&](const streamer_event::BatchAppended&) { batches_.Increment(); },
                   [&](const streamer_event::Refused& refused) {
                       refusals_.Increment();
                       watchdog_.failed("the log's head is " + refused.head.to_string() + " where " +
                                        refused.expected.to_string() + " was expected");
                   },
                   [&](const streamer_event::StandingBy&) { state_.enter(ProgramState::standing_by); },
                   [&](const streamer_event::TakingOver&) { takeovers_.Increment(); },
                   [&](const streamer_event::Retrying& now) {
                       retries_.Increment();
                       state_.enter(ProgramState::retrying);
                       watchdog_.failed(now.error.what());
                   },
                   [&](const streamer_event::Halted& now) {
                       state_.enter(ProgramState::halted);
                       watchdog_.failed(now.error.what());
                   },
                   [](const auto&) {},
               },
               event);
}

void StreamerMetrics::found_its_place() {
    state_.enter(ProgramState::streaming);
    polled_before_.reset();
}

void StreamerMetrics::polled(const Stopwatch& began, bool found) {
    if (found) {
        seal_.Observe(began.seconds());
        if (polled_before_) seal_interval_.Observe(polled_before_->seconds());
    } else {
        watchdog_.moved();
    }
    // A streamer that stands by polls as well, to find out whether records wait.
    if (state_.current() == ProgramState::standing_by) return;
    polled_before_ = began;
    state_.enter(found ? ProgramState::streaming : ProgramState::idle);
}

void StreamerMetrics::woken() {
    polled_before_.emplace();
}

void StreamerMetrics::appended(std::size_t records, std::size_t bytes, double seconds) {
    records_.Increment(static_cast<double>(records));
    bytes_.Increment(static_cast<double>(bytes));
    appends_.Increment();
    append_.Observe(seconds);
    watchdog_.moved();
}

}  // namespace contrail::metrics
