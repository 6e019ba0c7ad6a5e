#include "redis/stream_scan.hpp"

#include <algorithm>
#include <optional>

#include "contrail/error.hpp"
#include "redis/redis_log.hpp"

namespace contrail::redis {

namespace {

constexpr std::size_t flaws_told_max = 100;

/// `offset 7 is`, `offsets 7 to 9 are`.
std::string offsets_are(Offset first, Offset last) {
    if (first == last) return "offset " + std::to_string(first.value) + " is";
    return "offsets " + std::to_string(first.value) + " to " + std::to_string(last.value) + " are";
}

/// The batch that holds an offset, looked up once for all records of a batch.
class Batches {
public:
    explicit Batches(Outbox& outbox) : outbox_(outbox) {}

    const std::optional<Batch>& holding(Offset offset) {
        if (!batch_ || offset < batch_->first || offset > batch_->last) batch_ = outbox_.find(offset);
        return batch_;
    }

private:
    Outbox& outbox_;
    std::optional<Batch> batch_;
};

/// The first offset that a consumer may still ask for; past `head` if there is none.
Offset first_needed(Outbox& outbox, Offset head) {
    Offset first = head.next();
    for (const RegisteredConsumer& consumer : outbox.registry().consumers())
        if (!consumer.cut_off) first = std::min(first, consumer.position.offset.next());
    return first;
}

/// Walks along the stream, and compares each entry with the offset that should come next:
///
///     entries    4   5   6   8   9  10
///                        ▲   ▲
///                        │   └ the next entry: 7 is missing, and run_first_ becomes 8
///                        └ taken last: expected_ is 7, and run_first_ is 4
///
/// A run is what has followed without a flaw that lasts. The run that reaches the outbox's first record is
/// what a new stream can begin with.
class Scanner {
public:
    Scanner(RedisLog& log, Outbox& outbox) : log_(log), outbox_(outbox), batches_(outbox) {}

    StreamScan run() {
        log_.act_for(outbox_.identity());
        // The log before the outbox: what the head shows is sealed by the time the outbox is asked.
        found_.usage = log_.usage();
        head_ = found_.usage.head;
        const Batch base = outbox_.base();
        require_sealed_head(base);
        found_.outbox_first = std::min(base.last.next(), head_.offset.next());
        found_.whole_from = found_.outbox_first;
        expected_ = first_needed(outbox_, head_.offset);
        if (found_.usage.records > 0) expected_ = std::min(expected_, found_.usage.first.offset);

        scan_chunks();
        if (expected_ <= head_.offset) note_missing(expected_, head_.offset);
        return std::move(found_);
    }

private:
    void require_sealed_head(const Batch& base) {
        if (head_ == RecordId{}) return;
        const bool released = head_.offset > Offset{0} && head_ <= base.last_id();
        if (released) return;
        const auto& batch = batches_.holding(head_.offset);
        if (batch && batch->sealed_ms == head_.sealed_ms) return;
        throw Error(
            Retry::never,
            "Could not scan the log: its head " + head_.to_string() +
                " is not a record that the outbox has sealed, so the outbox cannot say what the log should "
                "hold. Nothing was changed. Run `contrail adopt` to see what continuing after that head "
                "would mean.");
    }

    void scan_chunks() {
        std::vector<Record> records;
        std::vector<RecordId> foreign;
        RecordId after;
        while (after < head_) {
            log_.scan(after, {}, std::chrono::milliseconds(0), records, foreign);
            if (records.empty() && foreign.empty()) return;
            if (!foreign.empty()) after = std::max(after, foreign.back());
            if (!records.empty()) after = std::max(after, records.back().id);
            at_chunk_start_ = true;
            take_chunk(records, foreign);
        }
    }

    /// Records and foreign entries, merged into the stream's order.
    void take_chunk(const std::vector<Record>& records, const std::vector<RecordId>& foreign) {
        auto next_foreign = foreign.begin();
        for (const Record& record : records) {
            for (; next_foreign != foreign.end() && *next_foreign < record.id; ++next_foreign)
                note_foreign(*next_foreign);
            if (record.id <= head_) take_record(record.id);
        }
        for (; next_foreign != foreign.end() && *next_foreign <= head_; ++next_foreign)
            note_foreign(*next_foreign);
    }

    void take_record(RecordId id) {
        if (id.offset < expected_) {
            note("entry " + id.to_string() + " is out of order", lasts(id.offset));
        } else if (id.offset > expected_) {
            take_hole_before(id);
        }
        at_chunk_start_ = false;
        if (!run_first_) run_first_ = id.offset;
        expected_ = id.offset.next();

        if (id.offset >= found_.outbox_first) return compare_with_sealed(id);
        if (expected_ == found_.outbox_first) found_.whole_from = *run_first_;
    }

    /// The stream holds nothing from `expected_` to `id`. Between two chunks a trim may have taken what was
    /// there: then only what a consumer needs is missing.
    void take_hole_before(RecordId id) {
        const bool trimmed = at_chunk_start_ && log_.usage().first == id;
        const Offset first = trimmed ? std::max(expected_, first_needed(outbox_, head_.offset)) : expected_;
        run_first_.reset();
        if (first < id.offset) note_missing(first, id.offset.previous());
    }

    void compare_with_sealed(RecordId id) {
        const auto& batch = batches_.holding(id.offset);
        const bool released_since = !batch;  // then no consumer needs it
        if (released_since || batch->sealed_ms == id.sealed_ms) return;
        note("entry " + id.to_string() + " is not the record sealed as " +
                 RecordId{batch->sealed_ms, id.offset}.to_string(),
             false);
    }

    void note_missing(Offset first, Offset last) {
        const Offset held_first = std::clamp(found_.outbox_first, first, last.next());
        if (first < held_first)
            note(offsets_are(first, held_first.previous()) + " missing; gone from the outbox, too", true);
        if (held_first <= last) note(offsets_are(held_first, last) + " missing; still in the outbox", false);
    }

    void note_foreign(RecordId id) { note("entry " + id.to_string() + " is not a record", false); }

    /// True for a flaw at a record that the outbox no longer holds.
    [[nodiscard]] bool lasts(Offset offset) const { return offset < found_.outbox_first; }

    void note(const std::string& flaw, bool lasts) {
        ++found_.flaws_count;
        if (lasts) run_first_.reset();
        if (found_.flaws.size() < flaws_told_max) found_.flaws.push_back(flaw);
    }

    RedisLog& log_;
    Outbox& outbox_;
    Batches batches_;
    StreamScan found_;
    RecordId head_;
    Offset expected_;
    bool at_chunk_start_ = false;      ///< None of the chunk's records was taken yet.
    std::optional<Offset> run_first_;  ///< Nothing if the run begins with the next record.
};

}  // namespace

StreamScan scan_stream(RedisLog& log, Outbox& outbox) {
    return Scanner(log, outbox).run();
}

}  // namespace contrail::redis
