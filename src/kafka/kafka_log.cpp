#include "kafka/kafka_log.hpp"

#include <algorithm>
#include <random>
#include <type_traits>
#include <utility>

#include "contrail/kafka.hpp"
#include "core/owner_note.hpp"
#include "core/require.hpp"
#include "kafka/entry.hpp"
#include "kafka/errors.hpp"
#include "kafka/search.hpp"
#include "kafka/topics.hpp"
#include "status/status_board.hpp"

namespace contrail::kafka {

namespace {

using std::chrono::milliseconds;

/// What Kafka keeps of an entry besides a record's texts: key, timestamp, names of headers, lengths.
constexpr std::size_t entry_overhead_bytes = 60;

std::string described(const std::optional<OutboxIdentity>& outbox) {
    return outbox && !outbox->id.empty() ? "the outbox " + outbox->id + " (" + outbox->name + ')'
                                         : "no outbox";
}

}  // namespace

KafkaLog::KafkaLog(Endpoint endpoint)
    : endpoint_(std::move(endpoint)),
      search_(endpoint_, endpoint_.topic, fetching_few),
      notes_(endpoint_),
      reader_(endpoint_, search_) {}

/// Does an action, and makes a whole sentence of what failed. After any failure every handle is made anew: some of
/// librdkafka's never recover, and a Kafka offset means nothing in a topic that was created again.
template <class Action>
auto KafkaLog::attempt(std::string_view what, const Action& action) {
    try {
        if constexpr (std::is_void_v<decltype(action())>) {
            action();
            search_.rest();
        } else {
            auto result = action();
            search_.rest();
            return result;
        }
    } catch (const Error& error) {
        close();
        throw whole_error(what, endpoint_, error);
    }
}

void KafkaLog::close() {
    lead_.reset();
    answers_.clear();
    search_.close();
    notes_.close();
    reader_.close();
}

KafkaLog::Head KafkaLog::find_head() {
    Head head;
    const auto extent = search_->extent();
    if (!extent) return head;
    head.extent = *extent;
    head.kafka_offset = extent->end;
    const auto entry = last_entry(*search_, *extent);
    if (!entry) return head;
    head.id = id_of(*entry);
    head.kafka_offset = entry->offset;
    head.is_marker = is_head_marker(*entry);
    head.bytes = entry->len;
    return head;
}

// Which outbox feeds the log.

bool KafkaLog::is_fed_here(const Notes& notes) const {
    const auto feeding = notes.outbox();
    return (feeding ? feeding->id : "") == outbox_.id;
}

void KafkaLog::require_own_outbox(const Notes& notes, RecordId head) const {
    const auto feeding = notes.outbox();
    const bool may_begin = !feeding && head == RecordId{};
    if (may_begin || is_fed_here(notes)) return;
    throw Error(
        Retry::never,
        "has a note that " + described(feeding) + " feeds this log, and this program acts for " +
            described(outbox_) +
            ". Nothing was changed. Check DATABASE_URL and LOG_URL: one of them leads to another service, or to "
            "a copy of its database. If this outbox is to feed the log from now on, stop the streamers of the "
            "other one and run `contrail adopt`.");
}

void KafkaLog::act_for(const OutboxIdentity& outbox) {
    attempt("change", [&] {
        outbox_ = outbox;
        lead_.reset();
        require_own_outbox(notes_.read(), find_head().id);
    });
}

std::optional<OutboxIdentity> KafkaLog::fed_by() {
    return attempt("ask which outbox feeds", [&] { return notes_.read().outbox(); });
}

std::string KafkaLog::incarnation() {
    return attempt("ask for the incarnation of", [&] {
        lead();
        if (const auto noted = notes_.read().incarnation()) return *noted;
        std::random_device random;
        std::string name = std::to_string(random()) + '.' + std::to_string(random());
        notes_.commit(lead().producer, incarnation_key, name);
        return name;
    });
}

void KafkaLog::claim(RecordId sealed, const std::string& incarnation) {
    attempt("note the outbox of", [&] {
        lead();
        finish_transaction();
        compare_under_fence();
        const Notes& noted = notes_.read();
        if (noted.incarnation() != incarnation)
            throw Error(
                Retry::call,
                "may have lost the log since the streamer looked for its place. The streamer looks again.");
        // Of two claims for one outbox at once, the one that knows more counts, whichever comes last.
        const auto known = is_fed_here(noted) ? noted.sealed() : std::nullopt;
        note_outbox(outbox_, std::max(known.value_or(RecordId{}), sealed));
        lead().feeds = true;
    });
}

RecordId KafkaLog::assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) {
    return attempt("assign an outbox to", [&] {
        finish_transaction();
        create_topics(endpoint_);
        lead_.emplace(endpoint_);
        const RecordId head = find_head().id;
        if (head == expected) note_outbox(outbox, sealed);
        lead_.reset();
        return head;
    });
}

// Appending.

/// The lead, taken now if another has it: never by a call that only asks, as a streamer that stands by does.
KafkaLog::Lead& KafkaLog::lead() {
    if (lead_) return *lead_;
    // Another outbox is refused before it can fence the one that feeds the log.
    require_own_outbox(notes_.read(), find_head().id);
    create_topics(endpoint_);
    lead_.emplace(endpoint_);
    compare_under_fence();
    return *lead_;
}

void KafkaLog::compare_under_fence() {
    const Head head = find_head();
    const Notes& noted = notes_.read();
    require_own_outbox(noted, head.id);
    lead_->head = head.id;
    lead_->end = head.extent.end;
    lead_->feeds = is_fed_here(noted);
}

void KafkaLog::append_begin(RecordId expected, std::span<const Record> records) {
    attempt("append to", [&] {
        try {
            append_chunk(expected, records);
        } catch (const Fenced&) {
            answers_.push_back({.head = {}, .decided = false});
            answer_with_head_found();
        }
    });
}

void KafkaLog::append_chunk(RecordId expected, std::span<const Record> records) {
    Lead& lead = this->lead();
    // The topic may have been created again since.
    if (expected != lead.head && lead.uncommitted == 0) compare_under_fence();
    if (expected != lead.head || !lead.feeds) {
        answers_.push_back({.head = lead.head, .decided = true});
        return;
    }
    if (lead.uncommitted == 0) lead.producer.begin();
    RecordId previous = expected;
    for (const Record& record : records) {
        if (record.id <= previous) [[unlikely]]
            require(false, "the ids of records to append rise", record.id.to_string(), previous.to_string());
        const std::string id = record.id.to_string();
        lead.producer.produce(endpoint_.topic,
                              Entry{.key = id,
                                    .value = record.data,
                                    .timestamp_ms = static_cast<std::int64_t>(record.id.sealed_ms),
                                    .headers = headers_of(record)});
        previous = record.id;
    }
    lead.uncommitted += records.size();
    lead.head = previous;
    answers_.push_back({.head = previous, .decided = false});
}

RecordId KafkaLog::append_end() {
    return attempt("append to", [&] {
        require(!answers_.empty(), "an append is begun before it is ended");
        if (!answers_.front().decided) finish_transaction();
        const RecordId head = answers_.front().head;
        answers_.pop_front();
        return head;
    });
}

/// Decides the open transaction, and with it the appends begun.
void KafkaLog::finish_transaction() {
    if (!lead_ || lead_->uncommitted == 0) return;
    try {
        if (!commit_entries()) return answer_with_head_found();
    } catch (const Fenced&) {
        return answer_with_head_found();
    }
    for (Answer& answer : answers_) answer.decided = true;
}

/// False: the entries would not lie where the log ends, and none was committed.
bool KafkaLog::commit_entries() {
    const auto offsets = lead_->producer.flush();
    std::int64_t expected = lead_->end;
    for (const std::int64_t offset : offsets)
        if (offset != expected++) {
            lead_->producer.abort();
            return false;
        }
    lead_->producer.commit();
    lead_->uncommitted = 0;
    lead_->end = expected + 1;  // the marker of the commit
    if (!search_->wait_for(lead_->end)) throw Error(Retry::in_doubt, "did not show what it had committed.");
    return true;
}

/// Another streamer leads, or the topic was created again. What the transaction held is not in the log, unless its
/// commit was decided before the fence: the head tells.
void KafkaLog::answer_with_head_found() {
    lead_.reset();
    search_.close();
    notes_.close();
    const RecordId head = find_head().id;
    require_own_outbox(notes_.read(), head);
    for (Answer& answer : answers_)
        if (!answer.decided) answer = {.head = head, .decided = true};
}

/// Under the log's own fence.
void KafkaLog::note_outbox(const OutboxIdentity& outbox, RecordId sealed) {
    notes_.commit(lead_->producer, outbox_key, outbox_text(outbox, sealed));
}

RecordId KafkaLog::restart(RecordId expected, RecordId head) {
    require(head >= expected, "a log restarts at its head or after it", head.to_string(),
            expected.to_string());
    return attempt("restart", [&]() -> RecordId {
        lead();
        finish_transaction();
        compare_under_fence();
        Lead& lead = this->lead();
        if (lead.head != expected || !lead.feeds || head == RecordId{}) return lead.head;
        const std::int64_t marker = lead.end;
        const std::string id = head.to_string();
        lead.producer.begin();
        lead.producer.produce(endpoint_.topic,
                              Entry{.key = id,
                                    .value = std::nullopt,
                                    .timestamp_ms = static_cast<std::int64_t>(head.sealed_ms),
                                    .headers = headers_of_marker()});
        lead.uncommitted = 1;
        lead.head = head;
        if (!commit_entries()) {
            answer_with_head_found();
            return find_head().id;
        }
        delete_before(endpoint_, marker);
        return head;
    });
}

RecordId KafkaLog::head() {
    return attempt("ask for the head of", [&] {
        notes_.send_reports_soon();
        finish_transaction();
        answers_.clear();
        return find_head().id;
    });
}

LogUsage KafkaLog::usage() {
    return attempt("ask how much is held by", [&] {
        finish_transaction();
        const Head head = find_head();
        LogUsage usage{.head = head.id, .first = head.id, .sealed = notes_.read().sealed()};
        const auto first = head.id == RecordId{} || head.is_marker
                               ? nullptr
                               : entry_at(*search_, place_after(*search_, head.extent, RecordId{}));
        if (!first) return usage;
        // A head marker may lie in front of the records.
        const RecordId first_id = id_of(*first);
        const bool after_marker = is_head_marker(*first);
        usage.records = head.id.offset.value - first_id.offset.value + (after_marker ? 0 : 1);
        usage.first = first_id;
        if (after_marker) {
            const auto record = entry_at(*search_, first->offset + 1);
            if (record) usage.first = id_of(*record);
        }
        usage.bytes = usage.records * ((head.bytes + first->len) / 2 + entry_overhead_bytes);
        usage.memory_bytes = usage.bytes;
        return usage;
    });
}

// Reading.

void KafkaLog::read_begin(RecordId after, const ChunkLimits& limits, milliseconds wait_max) {
    read_after_ = after;
    read_limits_ = limits;
    read_wait_max_ = wait_max;
}

void KafkaLog::read_end(std::vector<Record>& records) {
    attempt("read from", [&] {
        notes_.send_reports_soon();
        finish_transaction();
        reader_.read(read_after_, read_limits_, read_wait_max_, records);
    });
}

std::optional<RecordId> KafkaLog::first_after(RecordId id) {
    return attempt("search", [&]() -> std::optional<RecordId> {
        const auto extent = search_->extent();
        if (!extent || extent->empty()) return std::nullopt;
        auto place = place_after(*search_, *extent, id);
        for (;;) {
            const auto entry = entry_at(*search_, place);
            if (!entry) return std::nullopt;
            if (!is_head_marker(*entry)) return id_of(*entry);
            place = entry->offset + 1;
        }
    });
}

// What is noted of consumers.

void KafkaLog::report_position(const ConsumerName& consumer, RecordId position) {
    notes_.report(consumer, position);
}

void KafkaLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    attempt("register a consumer of", [&] { notes_.register_consumer(consumer, position); });
}

std::optional<CutOff> KafkaLog::cut_off(const ConsumerName& consumer) {
    return attempt("read a consumer's cut-off notice beside", [&] {
        const auto noted = notes_.read().cut_offs();
        const auto notice = noted.find(consumer);
        return notice == noted.end() ? std::nullopt : std::optional(notice->second);
    });
}

LogReports KafkaLog::reports() {
    return attempt("ask for the consumers' positions in", [&] {
        const Notes& noted = notes_.read();
        return LogReports{.positions = noted.positions(), .owners = noted.owners()};
    });
}

bool KafkaLog::assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                            const std::optional<RecordId>& position, const std::string& expected) {
    return attempt("note a consumer's owner beside", [&] {
        const Notes& noted = notes_.read();
        require_own_outbox(noted, find_head().id);
        const auto owners = noted.owners();
        const auto known = owners.find(consumer);
        if ((known == owners.end() ? std::string() : known->second.owner.id) != expected) return false;
        notes_.put(owner_key(consumer), to_owner_note(owner));
        if (position) notes_.put(position_key(consumer), position->to_string());
        return true;
    });
}

void KafkaLog::withdraw_position(const ConsumerName& consumer) {
    attempt("withdraw a consumer's position in", [&] {
        notes_.withdraw(consumer);
        require_own_outbox(notes_.read(), find_head().id);
        notes_.put(position_key(consumer), std::nullopt);
    });
}

StrayReports KafkaLog::stray_reports() {
    return attempt("check the consumers' positions in", [&] { return notes_.read().stray_reports(); });
}

std::map<ConsumerName, CutOff> KafkaLog::cut_offs() {
    return attempt("ask for the cut-off notices beside", [&] { return notes_.read().cut_offs(); });
}

// Positions are read, and then entries deleted: Kafka cannot do both at once. A consumer that is set back in between
// may meet a gap, and stops there.
void KafkaLog::trim(RecordId keep_from) {
    attempt("trim", [&] {
        finish_transaction();
        const Head head = find_head();
        const Notes& noted = notes_.read();
        require_own_outbox(noted, head.id);
        if (head.id == RecordId{}) return;
        const auto cut_offs = noted.cut_offs();
        for (const auto& [consumer, position] : noted.positions()) {
            const auto notice = cut_offs.find(consumer);
            const bool is_cut_off = notice != cut_offs.end() && position.offset < notice->second.last_missed;
            if (!is_cut_off)
                keep_from = std::min(keep_from, RecordId{position.sealed_ms, position.offset.next()});
        }
        if (keep_from.offset.value == 0) return;
        const RecordId last_dropped{keep_from.sealed_ms, keep_from.offset.previous()};
        const auto place = std::min(place_after(*search_, head.extent, last_dropped), head.kafka_offset);
        if (place > head.extent.begin) delete_before(endpoint_, place);
    });
}

void KafkaLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    attempt("write a cut-off notice beside", [&] {
        require_own_outbox(notes_.read(), find_head().id);
        const std::string text = cut_off ? cut_off_text(*cut_off) : "";
        notes_.put(cut_off_key(consumer), cut_off ? std::optional<std::string_view>(text) : std::nullopt);
    });
}

void KafkaLog::forget(const ConsumerName& consumer) {
    attempt("forget a consumer of", [&] {
        notes_.withdraw(consumer);
        const Notes& noted = notes_.read();
        require_own_outbox(noted, find_head().id);
        notes_.put(position_key(consumer), std::nullopt);
        notes_.put(owner_key(consumer), std::nullopt);
        notes_.put(cut_off_key(consumer), std::nullopt);
        const std::string field = status::consumer_field(consumer.str());
        for (const auto& [posted, status] : noted.statuses())
            if (posted == field || posted.starts_with(field + ':'))
                notes_.put(status_key(posted), std::nullopt);
    });
}

}  // namespace contrail::kafka

namespace contrail {

std::unique_ptr<Log> kafka_log(const Settings& settings) {
    return std::make_unique<kafka::KafkaLog>(kafka::endpoint_of(settings));
}

}  // namespace contrail
