#include "kafka/notes_topic.hpp"

#include <utility>

#include "contrail/error.hpp"
#include "core/owner_note.hpp"
#include "kafka/topics.hpp"

namespace contrail::kafka {

namespace {

using std::chrono::milliseconds;

/// A consumer reports after each commit. Sent each time, thousands of notes a second would lie in front of the last.
constexpr milliseconds reports_pause{200};

}  // namespace

NotesTopic::NotesTopic(const Endpoint& endpoint)
    : endpoint_(endpoint),
      reader_(endpoint, endpoint.notes_topic(), fetching_few) {}

void NotesTopic::close() {
    reader_.close();
    producer_.reset();
}

NotesProducer& NotesTopic::producer() {
    if (!producer_) {
        create_topics(endpoint_);
        producer_.emplace(endpoint_);
    }
    return *producer_;
}

const Notes& NotesTopic::read() {
    send_reports();
    return read_on();
}

/// What was read of a topic stays known without its handles: read_on() finds out whether it still counts.
const Notes& NotesTopic::read_on() {
    notes_.read_on(*reader_);
    reader_.rest();
    return notes_;
}

void NotesTopic::put(const std::string& key, std::optional<std::string_view> value) {
    producer().put(key, value);
    producer().flush();
}

void NotesTopic::commit(FencedProducer& producer, const std::string& key, std::string_view value) {
    producer.begin();
    producer.produce(endpoint_.notes_topic(), Entry{.key = key, .value = value});
    const auto offsets = producer.flush();
    producer.commit();
    if (!reader_->wait_for(offsets.front() + 2))  // the note, and the marker of its commit
        throw Error(Retry::in_doubt, "did not show the note that it had committed.");
}

/// Notes the owner of a consumer that has none. Throws if the consumer has another one.
void NotesTopic::own(const ConsumerName& consumer, const Notes& noted) {
    const auto owners = noted.owners();
    const auto known = owners.find(consumer);
    if (known != owners.end()) {
        if (known->second.owner.id == owner_.id) return;
        throw Error(
            Retry::never,
            "refuses consumer " + consumer.str() + ": it belongs to " + known->second.owner.name +
                ", and this program keeps its checkpoint in " + owner_.name +
                ". Nothing was changed. Give this consumer a name of its own, or correct DATABASE_URL. If the "
                "consumer has moved to this database for good, run `contrail consumer move`.");
    }
    if (!owner_.id.empty()) put(owner_key(consumer), to_owner_note({.owner = owner_}));
}

void NotesTopic::register_consumer(const ConsumerName& consumer, RecordId position) {
    create_topics(endpoint_);
    // Under a fence of the consumer's own: two processes that register one name must not pass each other.
    FencedProducer producer(endpoint_, "contrail." + endpoint_.topic + '.' + consumer.str());
    const Notes& noted = read();
    own(consumer, noted);
    const auto positions = noted.positions();
    const auto earlier = positions.find(consumer);
    if (earlier != positions.end() && earlier->second <= position) return;
    commit(producer, position_key(consumer), position.to_string());
}

void NotesTopic::send_reports() {
    if (reports_.empty()) return;
    const Notes& noted = read_on();
    // Forgotten before they are sent: a report that is refused must not keep the next ones.
    const auto to_send = std::exchange(reports_, {});
    for (const auto& [consumer, position] : to_send) own(consumer, noted);
    for (const auto& [consumer, position] : to_send) {
        const std::string text = position.to_string();
        producer().put(position_key(consumer), text);
    }
    producer().flush();
    reports_sent_at_ = std::chrono::steady_clock::now();
}

void NotesTopic::send_reports_soon() {
    if (std::chrono::steady_clock::now() - reports_sent_at_ >= reports_pause) send_reports();
}

}  // namespace contrail::kafka
