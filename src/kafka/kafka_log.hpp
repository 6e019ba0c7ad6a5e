#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/fenced_producer.hpp"
#include "kafka/notes_topic.hpp"
#include "kafka/partition_reader.hpp"
#include "kafka/record_reader.hpp"

namespace contrail::kafka {

/// The log in a Kafka topic of one partition (entry.hpp), with notes in a second one (notes.hpp).
///
/// An append is compared under a fence: the first one fences every other writer of the log, reads the head, and writes
/// only after it. Appends that were begun together are one transaction. Before it commits, the Kafka offsets of what it
/// wrote are checked: in a topic that was created again, the entries would otherwise begin in the middle of the log.
///
/// Bytes    LogUsage has estimates: Kafka tells a client no sizes.
/// Trimming The last entry always stays. Kafka knows no head of a topic without entries.
class KafkaLog final : public Log {
public:
    explicit KafkaLog(Endpoint endpoint);
    KafkaLog(const KafkaLog&) = delete;
    KafkaLog& operator=(const KafkaLog&) = delete;

    void act_for(const OutboxIdentity& outbox) override;
    std::string incarnation() override;
    void claim(RecordId sealed, const std::string& incarnation) override;
    std::optional<OutboxIdentity> fed_by() override;
    RecordId assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) override;

    RecordId head() override;
    LogUsage usage() override;
    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    RecordId restart(RecordId expected, RecordId head) override;

    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void consume_for(const ConsumerOwner& owner) override { notes_.consume_for(owner); }
    void register_consumer(const ConsumerName& consumer, RecordId position) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override;

    std::optional<RecordId> first_after(RecordId id) override;
    LogReports reports() override;
    bool assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                      const std::optional<RecordId>& position, const std::string& expected) override;
    void withdraw_position(const ConsumerName& consumer) override;
    StrayReports stray_reports() override;
    void trim(RecordId keep_from) override;
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override;
    std::map<ConsumerName, CutOff> cut_offs() override;
    void forget(const ConsumerName& consumer) override;

private:
    struct Head {
        RecordId id;
        Extent extent;
        std::int64_t kafka_offset = 0;  ///< Of the last entry; the extent's end if there is none.
        std::size_t bytes = 0;          ///< Of its record.
        bool is_marker = false;
    };

    struct Answer {
        RecordId head;
        bool decided;  ///< False: the open transaction holds the append, and this is the head after it.
    };

    /// What only the one producer that is not fenced knows.
    struct Lead {
        /// Fences every other writer of the log.
        explicit Lead(const Endpoint& endpoint) : producer(endpoint, "contrail." + endpoint.topic) {}

        FencedProducer producer;
        RecordId head{};              ///< After what the open transaction holds.
        std::int64_t end = 0;         ///< The Kafka offset of the next entry.
        bool feeds = false;           ///< The log names this outbox.
        std::size_t uncommitted = 0;  ///< Entries in the open transaction.
    };

    template <class Action>
    auto attempt(std::string_view what, const Action& action);
    void close();

    Head find_head();

    [[nodiscard]] bool is_fed_here(const Notes& notes) const;
    void require_own_outbox(const Notes& notes, RecordId head) const;
    Lead& lead();
    void compare_under_fence();
    void append_chunk(RecordId expected, std::span<const Record> records);
    void finish_transaction();
    bool commit_entries();
    void note_outbox(const OutboxIdentity& outbox, RecordId sealed);
    void answer_with_head_found();

    Endpoint endpoint_;
    OutboxIdentity outbox_;

    std::optional<Lead> lead_;
    std::deque<Answer> answers_;  ///< Of appends begun.

    LazyReader search_;
    NotesTopic notes_;

    RecordReader reader_;
    RecordId read_after_;
    ChunkLimits read_limits_;
    std::chrono::milliseconds read_wait_max_{0};
};

}  // namespace contrail::kafka
