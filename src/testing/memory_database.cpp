#include "testing/memory_database.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "testing/marked_record.hpp"

namespace contrail::testing {

namespace {

constexpr std::size_t outbox_segments = 3;

}  // namespace

MemoryDatabase::Snapshot MemoryDatabase::snapshot() const {
    return {next_xid_, running_};
}

bool MemoryDatabase::is_between(const StagedRecord& record, const Snapshot& previous,
                                const Snapshot& current) const {
    return !previous.has_ended(record.xid) && current.has_ended(record.xid) && is_committed(record.xid);
}

std::vector<MemoryDatabase::StagedRecord> MemoryDatabase::window(const Snapshot& previous,
                                                                 const Snapshot& current) const {
    std::vector<StagedRecord> records;
    std::copy_if(staged_.begin(), staged_.end(), std::back_inserter(records),
                 [&](const StagedRecord& record) { return is_between(record, previous, current); });
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return records;
}

std::uint32_t MemoryDatabase::empty_segments(const Snapshot& through, bool& obstructed) {
    std::uint32_t emptied = 0;
    for (std::size_t segment = 0; segment < outbox_segments; ++segment) {
        const auto any = [&](auto&& condition) {
            return std::any_of(staged_.begin(), staged_.end(), [&](const StagedRecord& record) {
                return record.segment == segment && condition(record.xid);
            });
        };
        if (segment == segment_ || !any([](Xid) { return true; })) continue;
        if (any([&](Xid xid) { return is_committed(xid) && !through.has_ended(xid); })) continue;
        if (any([&](Xid xid) { return running_.contains(xid); })) {
            obstructed = true;
            continue;
        }
        std::erase_if(staged_, [&](const StagedRecord& record) { return record.segment == segment; });
        ++emptied;
    }
    return emptied;
}

void MemoryDatabase::turn_segment() {
    const auto is_empty = [&](std::size_t segment) {
        return std::none_of(staged_.begin(), staged_.end(),
                            [&](const StagedRecord& record) { return record.segment == segment; });
    };
    const std::size_t next = (segment_ + 1) % outbox_segments;
    if (!is_empty(segment_) && is_empty(next)) segment_ = next;
}

bool MemoryDatabase::anything_between(const Snapshot& previous, const Snapshot& current) const {
    return std::any_of(staged_.begin(), staged_.end(),
                       [&](const StagedRecord& record) { return is_between(record, previous, current); });
}

void MemoryDatabase::end_session(Xid xid) noexcept {
    running_.erase(xid);
    std::erase_if(checkpoint_locks_, [&](const auto& lock) { return lock.second == xid; });
}

void MemoryDatabase::restart() {
    ++restarts_;
    running_.clear();
    checkpoint_locks_.clear();
}

void MemoryDatabase::restore(const MemoryDatabase& backup) {
    const Xid next_xid = next_xid_;
    const std::uint64_t restarts = restarts_;
    const std::uint64_t now = now_ms;
    *this = backup;
    next_xid_ = next_xid;
    restarts_ = restarts;
    now_ms = now;
    restart();
}

void MemoryDatabase::delete_staged_up_to(std::uint64_t last_id) {
    std::erase_if(staged_,
                  [&](const auto& record) { return record.id <= last_id && is_committed(record.xid); });
}

double MemoryDatabase::value(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? 0 : found->second;
}

std::optional<RecordId> MemoryDatabase::checkpoint(const CheckpointKey& key) const {
    const auto found = checkpoints_.find(key);
    if (found == checkpoints_.end()) return std::nullopt;
    return std::ranges::min(found->second, {}, &SegmentRow::checkpoint).checkpoint;
}

std::vector<MemoryDatabase::SegmentRow> MemoryDatabase::segments(const CheckpointKey& key) const {
    const auto found = checkpoints_.find(key);
    return found == checkpoints_.end() ? std::vector<SegmentRow>{} : found->second;
}

std::vector<MemoryDatabase::SegmentRow>& MemoryDatabase::unlocked_segments(const CheckpointKey& key,
                                                                           std::uint32_t count) {
    if (segments(key).size() != count) throw SegmentsChanged("The consumer has another number of segments.");
    for (std::uint32_t number = 0; number < count; ++number)
        if (checkpoint_locks_.contains({key, number}))
            throw Error(Retry::call, "A transaction holds the checkpoint of a segment.");
    return checkpoints_.at(key);
}

void MemoryDatabase::split(const CheckpointKey& key, std::uint32_t count) {
    auto& rows = unlocked_segments(key, count);
    rows.resize(std::size_t{2} * count);
    for (std::uint32_t number = 0; number < count; ++number) {
        const SegmentRow parent = rows[number];
        for (const std::uint32_t child : {number, number + count}) {
            const bool is_ahead = parent.ahead && parent.ahead->half.number == child;
            rows[child] = {is_ahead ? parent.ahead->applied_to : parent.checkpoint};
        }
    }
}

void MemoryDatabase::merge(const CheckpointKey& key, std::uint32_t count) {
    auto& rows = unlocked_segments(key, count);
    if (std::ranges::any_of(rows, [](const SegmentRow& row) { return row.ahead.has_value(); }))
        throw Error(Retry::call, "An earlier merge has not ended.");
    const std::uint32_t merged = count / 2;
    for (std::uint32_t number = 0; number < merged; ++number) {
        const RecordId lower = rows[number].checkpoint;
        const RecordId upper = rows[number + merged].checkpoint;
        rows[number] = {std::min(lower, upper)};
        if (lower != upper)
            rows[number].ahead = {{lower > upper ? number : number + merged, count}, std::max(lower, upper)};
    }
    rows.resize(merged);
}

bool MemoryDatabase::reset(const CheckpointKey& key, const std::vector<RecordId>& from, RecordId to) {
    auto& rows = unlocked_segments(key, static_cast<std::uint32_t>(from.size()));
    if (!std::ranges::equal(rows, from, {}, &SegmentRow::checkpoint)) return false;
    std::ranges::fill(rows, SegmentRow{to});
    return true;
}

MemoryDatabase::ParkedRecords MemoryDatabase::parked(const CheckpointKey& key) const {
    const auto found = parked_.find(key);
    return found == parked_.end() ? ParkedRecords{} : found->second;
}

MemoryTransaction::MemoryTransaction(MemoryDatabase& database)
    : database_(database),
      xid_(database.next_xid_++) {
    database_.running_.insert(xid_);
}

MemoryTransaction::~MemoryTransaction() {
    rollback();
}

void MemoryTransaction::stage(std::string action, std::string object, std::string data,
                              std::optional<std::string> key, std::optional<std::string> headers) {
    require_session();
    database_.staged_.push_back({database_.next_staging_id_++, xid_, database_.segment_, std::move(action),
                                 std::move(object), std::move(data), std::move(key), std::move(headers)});
}

std::uint64_t MemoryTransaction::savepoint() const {
    return database_.next_staging_id_;
}

void MemoryTransaction::rollback_to(std::uint64_t savepoint) {
    require_session();
    std::erase_if(database_.staged_,
                  [&](const auto& record) { return record.xid == xid_ && record.id >= savepoint; });
}

double MemoryTransaction::value(const std::string& key) const {
    const auto written = values_.find(key);
    return written == values_.end() ? database_.value(key) : written->second;
}

void MemoryTransaction::set_value(const std::string& key, double value) {
    values_[key] = value;
}

void MemoryTransaction::lock(const MemoryDatabase::SegmentKey& key) {
    require_session();
    const auto [lock, taken] = database_.checkpoint_locks_.try_emplace(key, xid_);
    if (!taken && lock->second != xid_) {
        throw Error(Retry::call,
                    "Another transaction holds the checkpoint of consumer '" + key.first.second.str() + "'.");
    }
}

std::optional<MemoryDatabase::SegmentRow> MemoryTransaction::lock_checkpoint(
    const MemoryDatabase::CheckpointKey& key, Segment segment) {
    const auto rows = database_.segments(key);
    if (rows.empty()) return std::nullopt;  // a row that does not exist cannot be locked
    if (rows.size() != segment.count)
        throw SegmentsChanged("Consumer '" + key.second.str() + "' has another number of segments.");
    lock({key, segment.number});
    return rows[segment.number];
}

bool MemoryTransaction::advance_checkpoint(const MemoryDatabase::CheckpointKey& key,
                                           std::optional<RecordId> expected, RecordId to, Segment segment) {
    lock({key, expected ? segment.number : 0});
    const auto rows = database_.segments(key);
    if (!expected) {
        if (!rows.empty()) return false;
        for (std::uint32_t each = 0; each < segment.count; ++each) checkpoints_[{key, each}] = to;
        return true;
    }
    if (rows.size() != segment.count || rows[segment.number].checkpoint != expected) return false;
    checkpoints_[{key, segment.number}] = to;
    return true;
}

void MemoryTransaction::park(const MemoryDatabase::CheckpointKey& key, const DeadLetter& letter) {
    require_session();
    auto& parked = parked_.try_emplace(key, database_.parked(key)).first->second;
    parked.insert_or_assign(letter.record.id, MemoryDatabase::ParkedRecord{letter});
}

bool MemoryTransaction::park_again(const MemoryDatabase::CheckpointKey& key, RecordId id,
                                   const std::string& error) {
    require_session();
    auto& parked = parked_.try_emplace(key, database_.parked(key)).first->second;
    const auto found = parked.find(id);
    if (found == parked.end()) return false;
    found->second.letter.error = error;
    ++found->second.letter.attempts;
    found->second.marked = false;
    return true;
}

std::optional<DeadLetter> MemoryTransaction::take_marked(const MemoryDatabase::CheckpointKey& key,
                                                         Segment segment) {
    require_session();
    auto& parked = parked_.try_emplace(key, database_.parked(key)).first->second;
    const auto found = std::find_if(parked.begin(), parked.end(),
                                    [&](const auto& each) { return is_marked_in(each.second, segment); });
    if (found == parked.end()) return std::nullopt;
    return parked.extract(found).mapped().letter;
}

void MemoryTransaction::commit() {
    if (!database_.running_.contains(xid_)) {
        throw Error(Retry::in_doubt, "The session was lost before the answer to its COMMIT.");
    }
    for (const auto& [key, value] : values_) database_.values_[key] = value;
    for (const auto& [key, to] : checkpoints_) {
        auto& rows = database_.checkpoints_[key.first];
        if (rows.size() <= key.second) rows.resize(key.second + 1);  // registered
        auto& row = rows.at(key.second);
        if (row.ahead && (to >= row.ahead->applied_to || to <= row.checkpoint)) row.ahead.reset();
        row.checkpoint = to;
    }
    for (const auto& [key, parked] : parked_) database_.parked_[key] = parked;
    database_.committed_.insert(xid_);
    database_.end_session(xid_);
}

void MemoryTransaction::rollback() noexcept {
    database_.end_session(xid_);
}

void MemoryTransaction::require_session() const {
    if (database_.running_.contains(xid_)) return;
    throw Error(Retry::transaction, "The session was lost, and with it its transaction.");
}

}  // namespace contrail::testing
