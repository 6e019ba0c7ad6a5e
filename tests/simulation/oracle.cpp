#include "oracle.hpp"

#include <algorithm>
#include <utility>

#include "contrail/record_key.hpp"
#include "thing.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

[[noreturn]] void violate(Rule rule, const std::string& what) {
    throw Violation{rule, what};
}

std::string quoted(const Record& record) {
    return record.id.to_string() + " " + record.action + " " + record.object + " " + record.data +
           (record.key ? " key " + *record.key : "") + (record.headers ? " headers " + *record.headers : "");
}

}  // namespace

Oracle::Oracle(const testing::MemoryDatabase& database, const testing::MemoryLogServer& log,
               std::vector<testing::MemoryDatabase::CheckpointKey> consumers)
    : database_(database),
      log_(log),
      totals_(1) {
    for (auto& key : consumers) {
        TotalKeys total_keys(key.second.str());
        consumers_.push_back({std::move(key), std::move(total_keys)});
    }
}

std::uint64_t Oracle::stage(std::uint64_t transaction, std::string json) {
    staged_.push_back({.transaction = transaction, .json = std::move(json), .staged_at = ++moment_});
    return staged_.size() - 1;
}

void Oracle::roll_back_staged(std::uint64_t serial) {
    staged_[serial].forgotten = true;
}

void Oracle::commit(std::uint64_t transaction) {
    ++moment_;
    for (Staged& staged : staged_) {
        if (staged.transaction != transaction || staged.forgotten) continue;
        staged.committed_at = moment_;
        ++committed_;
    }
}

void Oracle::set_back(std::uint64_t last_seal_ms) {
    lost_seal_ms_ = last_seal_ms;
    for (Consumer& consumer : consumers_)
        consumer.checkpoint = database_.checkpoint(consumer.key).value_or(RecordId{});
}

void Oracle::judge() {
    for (Consumer& consumer : consumers_) consumer.was_cut_off = consumer.was_cut_off || is_cut_off(consumer);
    judge_log();
    judge_outbox();
    if (database_.commits() == judged_commits_) return;
    judged_commits_ = database_.commits();
    for (Consumer& consumer : consumers_) judge_consumer(consumer);
}

void Oracle::judge_log() {
    const RecordId first = log_.records.empty() ? log_.head : log_.records.front().id;
    if (log_.records.size() == judged_records_ && log_.head == judged_head_ && first == judged_first_) return;
    judged_records_ = log_.records.size();
    judged_head_ = log_.head;
    judged_first_ = first;

    const Record* previous = nullptr;
    for (const Record& record : log_.records) {
        if (previous != nullptr && record.id.offset != previous->id.offset.next()) {
            violate(Rule::order, "offsets are not dense: after " + quoted(*previous) +
                                     " the log goes on with " + quoted(record));
        }
        if (record.id.offset.value == seen_.size() + 1) admit(record);
        if (record.id.offset.value > seen_.size() || record.id.offset == Offset{0}) {
            violate(Rule::order, "offsets are not dense: the log has " + quoted(record) + ", but only " +
                                     std::to_string(seen_.size()) + " records were ever sent");
        }
        if (record != seen_[record.id.offset.value - 1]) {
            violate(Rule::one_id_for_life, "what was once " + quoted(seen_[record.id.offset.value - 1]) +
                                               " is now " + quoted(record));
        }
        previous = &record;
    }
    if (previous != nullptr && log_.head != previous->id) {
        violate(Rule::order,
                "the log's head is " + log_.head.to_string() + ", and its last record " + quoted(*previous));
    }
    const Offset dropped_to = previous == nullptr ? first.offset : first.offset.previous();
    const Consumer* const behind = slowest();
    if (behind != nullptr && dropped_to > behind->checkpoint.offset) {
        violate(Rule::nothing_needed_dropped, "the log has dropped the records up to offset " +
                                                  std::to_string(dropped_to.value) + ", but " +
                                                  behind->key.second.str() + " has applied no more than " +
                                                  behind->checkpoint.to_string());
    }
}

/// The outbox holds every record that a consumer has yet to apply.
void Oracle::judge_outbox() {
    const auto& held = database_.staged();
    const bool some_gone = held.size() < std::exchange(judged_staged_, held.size());
    if (!some_gone) return;
    const Consumer* const behind = slowest();
    const Offset applied = behind == nullptr ? Offset{seen_.size()} : behind->checkpoint.offset;
    for (const Staged& staged : staged_) {
        if (!staged.committed_at || (staged.id && staged.id->offset <= applied)) continue;
        const bool is_held = std::any_of(held.begin(), held.end(),
                                         [&](const auto& record) { return record.data == staged.json; });
        if (is_held) continue;
        violate(
            Rule::nothing_needed_dropped,
            "the outbox has let go of " + staged.json + ", which " +
                (staged.id ? "has " + staged.id->to_string() + ", and consumers have applied no more than " +
                                 std::to_string(applied.value)
                           : "was not sent yet"));
    }
}

/// A record that is in the log for the first time.
void Oracle::admit(const Record& record) {
    const Ride ride = ride_from(record.data);
    const std::uint64_t serial = ride.serial;
    const Record staged_record{record.id, "create", "ride", record.data, key_of(ride), headers_of(ride)};
    if (serial >= staged_.size() || staged_[serial].json != record.data || record != staged_record) {
        violate(Rule::nothing_invented, "no transaction staged " + quoted(record));
    }
    Staged& staged = staged_[serial];
    if (!staged.committed_at) {
        violate(Rule::nothing_invented, "the log has " + quoted(record) + ", which was not committed");
    }
    if (staged.id) {
        violate(Rule::one_id_for_life,
                "the log has " + quoted(record) + ", which it had before as " + staged.id->to_string());
    }
    if (lost_seal_ms_ && record.id.sealed_ms > *lost_seal_ms_) {
        violate(Rule::one_id_for_life,
                "the log has " + quoted(record) +
                    ", which an outbox sent that knows nothing of the records before it");
    }
    if (!seen_.empty() && record.id.sealed_ms < seen_.back().id.sealed_ms) {
        violate(Rule::order, "ids fall: after " + quoted(seen_.back()) + " comes " + quoted(record));
    }
    require_order(staged, record);

    staged.id = record.id;
    if (serial < highest_serial_) ++overtaken_;
    highest_serial_ = std::max(highest_serial_, serial);
    seen_.push_back(record);
    totals_.push_back(totals_.back());
    totals_.back().add(ride_from(record.data));
}

/// Everything that came before it, in its transaction or in one committed before it was staged, must be in
/// the log already.
void Oracle::require_order(const Staged& staged, const Record& record) const {
    for (const Staged& earlier : staged_) {
        if (earlier.id || !earlier.committed_at || earlier.staged_at >= staged.staged_at) continue;
        if (earlier.transaction == staged.transaction || *earlier.committed_at < staged.staged_at) {
            violate(Rule::order,
                    "the log has " + quoted(record) + ", but not " + earlier.json + ", which came before it");
        }
    }
}

void Oracle::judge_consumer(Consumer& consumer) {
    const std::string& name = consumer.key.second.str();
    const RecordId checkpoint = database_.checkpoint(consumer.key).value_or(RecordId{});
    if (checkpoint < consumer.checkpoint) {
        violate(Rule::effects_once, "the checkpoint of " + name + " fell from " +
                                        consumer.checkpoint.to_string() + " to " + checkpoint.to_string());
    }
    if (checkpoint.offset.value > seen_.size() ||
        (checkpoint != RecordId{} && checkpoint != seen_[checkpoint.offset.value - 1].id)) {
        violate(Rule::one_id_for_life,
                "the checkpoint of " + name + " is " + checkpoint.to_string() + ", which no record bears");
    }
    consumer.checkpoint = checkpoint;
    if (World::has_segments(consumer.key.second)) {
        judge_things(consumer);
    } else {
        judge_total(name, consumer.total_keys, checkpoint, totals_[checkpoint.offset.value]);
    }
}

void Oracle::judge_things(const Consumer& consumer) const {
    const auto rows = database_.segments(consumer.key);
    if (rows.empty()) return;
    for (const std::string thing : things) {
        const std::uint64_t hash = key_hash(thing);
        const auto& row = rows[hash % rows.size()];
        const bool is_ahead = row.ahead && row.ahead->half.holds(hash);
        const RecordId place = is_ahead ? row.ahead->applied_to : row.checkpoint;
        Total expected;
        for (const Record& record : seen_) {
            const Ride ride = ride_from(record.data);
            if (record.id <= place && thing_of(ride) == thing) expected.add(ride);
        }
        const std::string who = consumer.key.second.str() + '/' + thing;
        judge_total(who, TotalKeys(who), place, expected);
    }
}

void Oracle::judge_total(const std::string& who, const TotalKeys& keys, RecordId place,
                         const Total& expected) const {
    const Total total{database_.value(keys.rides), database_.value(keys.distance),
                      database_.value(keys.order)};
    if (total != expected) {
        violate(Rule::effects_once,
                who + " at " + place.to_string() + " shows " + std::to_string(total.rides) + " rides of " +
                    std::to_string(total.distance) + " m, order " + std::to_string(total.order) +
                    "; the log has " + std::to_string(expected.rides) + " rides of " +
                    std::to_string(expected.distance) + " m, order " + std::to_string(expected.order) +
                    " up to there");
    }
}

bool Oracle::is_cut_off(const Consumer& consumer) const {
    const auto registered = database_.consumers.find(consumer.key.second);
    if (registered == database_.consumers.end()) return false;
    const auto& mark = registered->second.cut_off;
    return mark && consumer.checkpoint.offset < mark->last_missed;
}

bool Oracle::was_cut_off(const ConsumerName& name) const {
    return std::any_of(consumers_.begin(), consumers_.end(), [&](const Consumer& consumer) {
        return consumer.key.second == name && consumer.was_cut_off;
    });
}

const Oracle::Consumer* Oracle::slowest() const {
    const Consumer* slowest = nullptr;
    for (const Consumer& consumer : consumers_) {
        if (is_cut_off(consumer)) continue;
        if (slowest == nullptr || consumer.checkpoint < slowest->checkpoint) slowest = &consumer;
    }
    return slowest;
}

bool Oracle::all_done() const {
    const Consumer* const behind = slowest();
    return seen_.size() == committed_ && (seen_.empty() || log_.head == seen_.back().id) &&
           (behind == nullptr || behind->checkpoint.offset.value == committed_);
}

void Oracle::throw_not_done(const std::string& after) const {
    for (const Staged& staged : staged_) {
        if (staged.committed_at && !staged.id) {
            violate(Rule::nothing_lost, staged.json + " was committed, and did not reach the log " + after);
        }
    }
    for (const Consumer& consumer : consumers_) {
        if (consumer.checkpoint.offset.value < committed_ && !is_cut_off(consumer)) {
            violate(Rule::nothing_lost, consumer.key.second.str() + " has applied no more than " +
                                            consumer.checkpoint.to_string() + " of " +
                                            std::to_string(committed_) + " records " + after);
        }
    }
    violate(Rule::goes_on, "every record was sent and applied once, but the log's head is " +
                               log_.head.to_string() + ", or a transaction is open, " + after);
}

}  // namespace contrail::simulation
