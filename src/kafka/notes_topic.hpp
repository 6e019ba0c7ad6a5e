#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/consumer_owner.hpp"
#include "kafka/fenced_producer.hpp"
#include "kafka/notes.hpp"
#include "kafka/partition_reader.hpp"

namespace contrail::kafka {

/// Reads and writes the notes beside a log (notes.hpp), among them what consumers report.
///
/// Kafka cannot compare and write at once. Of two databases that report one new name at the same moment, both may be
/// noted, and the last one counts.
///
/// Errors   Throws Error; close() it then.
/// Threads  Not thread-safe.
class NotesTopic {
public:
    /// `endpoint` must outlive this.
    explicit NotesTopic(const Endpoint& endpoint);

    /// All notes, after the reports that wait were sent. Valid until the next call.
    const Notes& read();

    /// Writes a note, or removes it. When this returns, the brokers have it.
    void put(const std::string& key, std::optional<std::string_view> value);

    /// Writes a note in a transaction of `producer`. When this returns, read() finds it.
    void commit(FencedProducer& producer, const std::string& key, std::string_view value);

    /// The database of the consumers that register and report from now on.
    void consume_for(const ConsumerOwner& owner) { owner_ = owner; }

    /// Notes where a consumer begins, unless it has an earlier position.
    void register_consumer(const ConsumerName& consumer, RecordId position);

    /// Keeps the position of a consumer, to be sent with a later request.
    void report(const ConsumerName& consumer, RecordId position) {
        reports_.insert_or_assign(consumer, position);
    }
    void withdraw(const ConsumerName& consumer) { reports_.erase(consumer); }

    /// Sends the reports that wait, unless some were sent a moment ago.
    void send_reports_soon();

    /// The next call makes new handles.
    void close();

private:
    NotesProducer& producer();
    const Notes& read_on();
    void send_reports();
    void own(const ConsumerName& consumer, const Notes& noted);

    const Endpoint& endpoint_;
    LazyReader reader_;
    Notes notes_;
    std::optional<NotesProducer> producer_;
    ConsumerOwner owner_;
    std::map<ConsumerName, RecordId> reports_;  ///< Not sent yet.
    std::chrono::steady_clock::time_point reports_sent_at_;
};

}  // namespace contrail::kafka
