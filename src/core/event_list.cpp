#include "contrail/event_list.hpp"

namespace contrail {

namespace {

template <class Events, class... Parameters, class... Arguments>
void tell(const std::vector<Events*>& listeners, void (Events::*event)(Parameters...),
          const Arguments&... arguments) {
    for (Events* const listener : listeners) (listener->*event)(arguments...);
}

}  // namespace

void StreamerEventList::located(RecordId head, std::uint64_t resend) {
    tell(listeners_, &StreamerEvents::located, head, resend);
}

void StreamerEventList::restarted(RecordId head, RecordId from) {
    tell(listeners_, &StreamerEvents::restarted, head, from);
}

void StreamerEventList::held_back(const LogUsage& usage) {
    tell(listeners_, &StreamerEvents::held_back, usage);
}

void StreamerEventList::resumed() {
    tell(listeners_, &StreamerEvents::resumed);
}

void StreamerEventList::batch_appended(const Batch& batch) {
    tell(listeners_, &StreamerEvents::batch_appended, batch);
}

void StreamerEventList::refused(RecordId expected, RecordId head) {
    tell(listeners_, &StreamerEvents::refused, expected, head);
}

void StreamerEventList::standing_by() {
    tell(listeners_, &StreamerEvents::standing_by);
}

void StreamerEventList::taking_over(RecordId head, Clock::Duration stood_still) {
    tell(listeners_, &StreamerEvents::taking_over, head, stood_still);
}

void StreamerEventList::retrying(const Error& error, Clock::Duration pause) {
    tell(listeners_, &StreamerEvents::retrying, error, pause);
}

void StreamerEventList::halted(const Error& error) {
    tell(listeners_, &StreamerEvents::halted, error);
}

void RetentionEventList::dropped(RecordId keep_from, const Released& released) {
    tell(listeners_, &RetentionEvents::dropped, keep_from, released);
}

void RetentionEventList::obstructed(const std::string& obstacle) {
    tell(listeners_, &RetentionEvents::obstructed, obstacle);
}

void RetentionEventList::nobody_registered(std::uint64_t bytes_max) {
    tell(listeners_, &RetentionEvents::nobody_registered, bytes_max);
}

void RetentionEventList::near_limit(const ConsumerName& consumer, std::string_view limit, double used) {
    tell(listeners_, &RetentionEvents::near_limit, consumer, limit, used);
}

void RetentionEventList::cut_off(const ConsumerName& consumer, const CutOff& missed) {
    tell(listeners_, &RetentionEvents::cut_off, consumer, missed);
}

void RetentionEventList::retrying(const Error& error, Clock::Duration pause) {
    tell(listeners_, &RetentionEvents::retrying, error, pause);
}

void ConsumerEventList::registered(RecordId checkpoint) {
    tell(listeners_, &ConsumerEvents::registered, checkpoint);
}

void ConsumerEventList::located(RecordId checkpoint) {
    tell(listeners_, &ConsumerEvents::located, checkpoint);
}

void ConsumerEventList::committed(RecordId first, RecordId last) {
    tell(listeners_, &ConsumerEvents::committed, first, last);
}

void ConsumerEventList::skipped(std::size_t records) {
    tell(listeners_, &ConsumerEvents::skipped, records);
}

void ConsumerEventList::overtaken() {
    tell(listeners_, &ConsumerEvents::overtaken);
}

void ConsumerEventList::retrying(const std::exception& error, Clock::Duration pause) {
    tell(listeners_, &ConsumerEvents::retrying, error, pause);
}

void ConsumerEventList::halted(const Error& error) {
    tell(listeners_, &ConsumerEvents::halted, error);
}

void ConsumerEventList::parked(const DeadLetter& letter) {
    tell(listeners_, &ConsumerEvents::parked, letter);
}

void ConsumerEventList::retried(const DeadLetter& letter) {
    tell(listeners_, &ConsumerEvents::retried, letter);
}

}  // namespace contrail
