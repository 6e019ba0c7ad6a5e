#include "postgres/adoption_plan.hpp"

#include <algorithm>
#include <utility>

#include "contrail/clock.hpp"
#include "postgres/postgres_consumer_registry.hpp"

namespace contrail::postgres {

namespace {

constexpr Attempt compare{"compare the outbox with the log", Effect::nothing, true};

}  // namespace

AdoptionPlanner::AdoptionPlanner(Connection& connection, const std::string& quoted_schema, std::string stream,
                                 Log& log)
    : connection_(connection),
      statements_(quoted_schema),
      outbox_(quoted_schema),
      schema_(quoted_schema),
      stream_(std::move(stream)),
      log_(log) {}

Adoption AdoptionPlanner::plan() {
    read_identity();
    read_batches();
    read_positions();
    Adoption adoption;
    usage_ = log_.usage();
    adoption.head = usage_.head;
    adoption.sealed = newest_.last_id();
    adoption.fed_by = fed_by_ = log_.fed_by();
    adoption.reassigns_log = !identity_.is_own() || !fed_by_ || fed_by_->id != identity_.outbox_id;
    adoption.reason = reason(adoption.head);
    if (adoption.reason.empty()) {
        adoption.reason = identity_reason();
        adoption.keeps_records = !adoption.reason.empty();
        adoption.place = adoption.sealed;
        return adoption;
    }

    // A consumer halts at a foreign entry and never applies it, so its offset is free. Its time is not: the
    // next id must be greater, and the streamer's clock may be behind.
    const bool offset_is_taken = !is_foreign(adoption.head) && !is_behind_a_gap(adoption.head);
    adoption.place = place_after(offset_is_taken ? adoption.head : RecordId{adoption.head.sealed_ms + 1, {}});
    adoption.empties_log = adoption.place != adoption.head;
    take_records(adoption);
    list_consumers(adoption);
    return adoption;
}

/// A copy inside the cluster keeps transaction ids that mean something, unless replication brings its records one by
/// one. So does a schema whose note was only lost or overwritten. The batches tell whether they were restored.
void AdoptionPlanner::read_identity() {
    identity_ = identity(connection_, schema_);
    switch (identity_.origin()) {
        case Identity::Origin::here:
        case Identity::Origin::upgraded:
            is_restored_ = false;
            break;
        case Identity::Origin::other_database:
            is_restored_ = connection_.run(compare, statements_.replicated).boolean(0, 0);
            break;
        case Identity::Origin::other_cluster:
        case Identity::Origin::ahead:
        case Identity::Origin::imported:
            is_restored_ = true;
            break;
        case Identity::Origin::unknown:
        case Identity::Origin::rewritten:
        case Identity::Origin::replaced:
            is_restored_ = connection_.run(compare, statements_.restored).boolean(0, 0);
            break;
    }
}

std::string AdoptionPlanner::identity_reason() const {
    if (const auto contradicts = identity_.contradiction(); !contradicts.empty())
        return "schema " + schema_ + " is not proven to belong to this database: " + contradicts;
    if (!identity_.stream.empty() && identity_.stream != stream_)
        return "the outbox feeds the log \"" + identity_.stream + "\", not \"" + stream_ + "\"";
    if (fed_by_ && fed_by_->id != identity_.outbox_id)
        return "the log is fed by another outbox, " + fed_by_->id + " (" + fed_by_->name + ")";
    if (!fed_by_ && usage_.head != RecordId{})
        return "the log holds records, and does not say which outbox feeds it";
    return {};
}

void AdoptionPlanner::read_batches() {
    base_ = batch_in(connection_.execute(outbox_.base));
    newest_ = batch_in(connection_.execute(outbox_.newest));
}

Batch AdoptionPlanner::batch_in(const Result& result) {
    if (result.rows() == 0)
        throw Error(Retry::never, "Cannot adopt the log's state: the table " + schema_ +
                                      ".batches is empty. It always holds a row, so an operator or a program "
                                      "has deleted rows there. Restore the table from a backup.");
    return counted(batch_from(result));
}

Batch AdoptionPlanner::counted(const OpenBatch& batch) {
    if (batch.last) return batch.ending_at(*batch.last);
    const Result count = connection_.execute(outbox_.count, {std::to_string(batch.number)});
    return batch.ending_at(Offset{static_cast<std::uint64_t>(count.integer(0, 0))});
}

/// Later sources win. The registry repeats what the log once said, the log what a consumer reported, and a
/// checkpoint in this database is the position itself. But the older ones count, too: a consumer whose own
/// database went back may have seen what the registry remembers.
void AdoptionPlanner::read_positions() {
    for (const auto& consumer : PostgresConsumerRegistry(connection_, schema_, stream_).consumers())
        add_position(consumer.name, consumer.position);
    for (const auto& [name, position] : log_.reports().positions) add_position(name, position);
    const Result checkpoints = connection_.run(compare, statements_.checkpoints, {stream_});
    for (int row = 0; row < checkpoints.rows(); ++row) {
        const auto position = RecordId::parse(checkpoints.text(row, 1));
        if (position) add_position(ConsumerName(std::string(checkpoints.text(row, 0))), *position);
    }
}

void AdoptionPlanner::add_position(const ConsumerName& consumer, RecordId position) {
    positions_.insert_or_assign(consumer, position);
    applied_.push_back(position);
}

std::string AdoptionPlanner::reason(RecordId head) {
    if (is_restored_) return identity_reason();
    if (const auto contradicts = contradiction(head); !contradicts.empty())
        return "the log's head is " + head.to_string() + contradicts;
    for (const auto& [name, position] : positions_) {
        // What was released cannot be checked, and no consumer needs it.
        if (position.offset <= base_.last) continue;
        if (const auto contradicts = contradiction(position); !contradicts.empty())
            return "consumer " + name.str() + " has applied " + position.to_string() + contradicts;
    }
    return {};
}

/// How the id of a record that is or was in the log contradicts the outbox; empty if it does not. An id
/// before the base never does: the outbox no longer knows those records.
std::string AdoptionPlanner::contradiction(RecordId id) {
    if (id == RecordId{} || id == base_.last_id()) return {};
    if (id.offset == Offset{0}) return ", which no streamer writes";
    if (id.offset > newest_.last)
        return ", and the outbox has sealed nothing after " + newest_.last_id().to_string();
    if (id.offset < base_.last) return {};
    const RecordId known = id.offset == base_.last ? base_.last_id() : sealed_id(id.offset);
    return known == id ? "" : ", which the outbox knows as " + known.to_string();
}

/// The outbox must not give out an offset again that a consumer may have seen: that consumer would skip the
/// new record as one that it has applied. And ids must rise, whatever the clock says.
RecordId AdoptionPlanner::place_after(RecordId head) const {
    RecordId place = base_.last_id();
    const auto go_past = [&](RecordId id) {
        place.offset = std::max(place.offset, id.offset);
        place.sealed_ms = std::max(place.sealed_ms, id.sealed_ms);
    };
    go_past(head);
    std::for_each(applied_.begin(), applied_.end(), go_past);
    return place;
}

/// The last sealed record that was sent. The sealed records after it never reached the log, which had other
/// records under their offsets by then; they get new ids.
///
/// A binary search, because the past of outbox and log is one up to a point and two after it: a record that
/// was sent follows no record that was not.
Offset AdoptionPlanner::sent_through(const Adoption& adoption) {
    const auto was_sent = [&](std::uint64_t offset) {
        const RecordId id = sealed_id({offset});
        if (id == RecordId{}) return true;  // No batch holds it: it was released, because it had been sent.
        // A log that is emptied serves no consumer any more. What counts then is what consumers applied.
        return adoption.empties_log ? was_applied(id) : was_in_log(id);
    };
    std::uint64_t sent = base_.last.value;
    std::uint64_t not_sent = newest_.last.value + 1;
    while (sent + 1 < not_sent) {
        const std::uint64_t middle = sent + (not_sent - sent) / 2;
        (was_sent(middle) ? sent : not_sent) = middle;
    }
    return {sent};
}

/// A trimmed record cannot be read. It was sent if it was sealed no later than the first record that is left:
/// sealing times never fall in one past, and a different past that goes so far back would not have this head.
bool AdoptionPlanner::was_in_log(RecordId id) {
    if (id.offset < usage_.first.offset) return id.sealed_ms <= usage_.first.sealed_ms;
    return id == usage_.head || entry_at(id) == Entry::record;
}

/// True if no streamer wrote the entry. `XADD *`, for example, makes an id with offset 0, or with the next
/// offset if it is in the millisecond of the last record. Then only the fields tell.
bool AdoptionPlanner::is_foreign(RecordId head) {
    if (head.offset == Offset{0}) return head != RecordId{};
    return entry_at(head) == Entry::foreign;
}

/// True if offsets are missing between what is sealed or applied and the head. Another program has then made up an id,
/// by XADD or XSETID, and perhaps deleted the entry. No consumer gets past the gap, so none has applied the head, and a
/// log that kept it would stop them all.
bool AdoptionPlanner::is_behind_a_gap(RecordId head) {
    if (head.offset <= newest_.last) return false;
    // Without consumers, the log may begin anywhere. It is emptied only if the outbox still holds what it holds.
    const bool outbox_holds_all = usage_.records > 0 && usage_.first.offset > base_.last;
    if (applied_.empty() && !outbox_holds_all) return false;
    RecordId known = newest_.last_id();
    for (const RecordId applied : applied_)
        if (applied.offset > known.offset) known = applied;
    if (applied_.empty() && usage_.first.offset > known.offset.next())
        known = {usage_.first.sealed_ms, usage_.first.offset.previous()};
    if (head.offset <= known.offset) return false;

    Offset last = known.offset;
    RecordId read_to{known.sealed_ms, known.offset};
    std::vector<Record> chunk;
    // The first read, of one record, tells the log how large records are: a server may cut long replies off. Where it
    // does, one record is read again.
    constexpr ChunkLimits one{.records_max = 1};
    constexpr ChunkLimits some{.records_max = 1'000, .bytes_max = 64 << 10};
    ChunkLimits limits = one;
    for (;;) {
        try {
            log_.read_begin(read_to, limits, std::chrono::milliseconds(0));
            log_.read_end(chunk);
        } catch (const Error& error) {
            if (error.retry() == Retry::never)
                return true;  // An entry that is no record: consumers halt there, too.
            if (limits.records_max == one.records_max) throw;
            limits = one;
            continue;
        }
        if (chunk.empty()) {
            lacks_end_ = last < head.offset;
            return lacks_end_ && !lost_commits();
        }
        for (const Record& record : chunk) {
            if (record.id > head) return false;
            if (record.id.offset > last.next()) return true;
            last = std::max(last, record.id.offset);
            read_to = record.id;
        }
        limits = some;
    }
}

/// True if consumers or the log itself know records that the outbox has not sealed. Then those before the head that
/// the log does not hold may have been records, too.
bool AdoptionPlanner::lost_commits() const {
    const auto is_unknown = [&](RecordId id) { return id.offset > newest_.last; };
    return (usage_.sealed && is_unknown(*usage_.sealed)) || std::ranges::any_of(applied_, is_unknown);
}

AdoptionPlanner::Entry AdoptionPlanner::entry_at(RecordId id) {
    std::vector<Record> next;
    try {
        log_.read_begin({id.sealed_ms, id.offset.previous()}, {.records_max = 1},
                        std::chrono::milliseconds(0));
        log_.read_end(next);
    } catch (const Error& error) {
        if (error.retry() != Retry::never) throw;  // The log is away: that says nothing about the entry.
        return Entry::foreign;
    }
    return !next.empty() && next.front().id == id ? Entry::record : Entry::none;
}

/// Consumers apply in order, so a later position covers an earlier record. It must also have a later time, or
/// it belongs to a different past in which this offset was another record.
bool AdoptionPlanner::was_applied(RecordId id) const {
    return std::any_of(applied_.begin(), applied_.end(), [&](RecordId applied) {
        return applied == id || (applied.offset > id.offset && applied.sealed_ms >= id.sealed_ms);
    });
}

RecordId AdoptionPlanner::sealed_id(Offset offset) {
    const Result holder = connection_.execute(outbox_.find, {std::to_string(offset.value)});
    if (holder.rows() == 0) return {};
    return {batch_from(holder).sealed_ms, offset};
}

void AdoptionPlanner::take_records(Adoption& adoption) {
    connection_.run(compare, statements_.take(sent_through(adoption), first_staged_here()));
    const Result count = connection_.run(compare, statements_.count);
    adoption.renumbered = static_cast<std::uint64_t>(count.integer(0, 0));
    adoption.dropped = static_cast<std::uint64_t>(count.integer(0, 1)) - adoption.renumbered;
}

/// The lowest staging id of the records that were staged in this cluster; empty unless others were restored.
/// Restored records keep the transaction ids of their old cluster, which mean nothing here. So a staging id
/// has to separate the two kinds, and it can: the dump also restores the sequence that they come from.
std::string AdoptionPlanner::first_staged_here() {
    if (!is_restored_) return {};
    const Result ids = connection_.run(compare, statements_.staged_here);
    if (ids.is_null(0, 0)) return {};
    if (!ids.is_null(0, 1) && ids.integer(0, 1) >= ids.integer(0, 0)) {
        throw Error(Retry::never,
                    "Cannot adopt the log's state in " + describe(connection_.native()) +
                        ": records that were staged here have staging ids from " +
                        std::string(ids.text(0, 0)) + " on, but the records of the dump go up to " +
                        std::string(ids.text(0, 1)) + ". The dump was restored without the sequence of " +
                        schema_ +
                        ".staged_log_records, and the two cannot be told apart. Restore the whole dump.");
    }
    return std::string(ids.text(0, 0));
}

void AdoptionPlanner::list_consumers(Adoption& adoption) {
    const bool holds_none = adoption.empties_log || usage_.records == 0 || lacks_end_;
    const Offset held_from = holds_none ? adoption.place.offset.next() : usage_.first.offset;
    for (const auto& [name, position] : positions_) {
        RegisteredConsumer& consumer = adoption.consumers.emplace_back(RegisteredConsumer{name, position});
        if (position.offset.next() >= held_from) continue;
        consumer.cut_off = CutOff{.first_missed = position.offset.next(),
                                  .last_missed = held_from.previous(),
                                  .at_ms = system_clock().unix_ms()};
    }
}

}  // namespace contrail::postgres
