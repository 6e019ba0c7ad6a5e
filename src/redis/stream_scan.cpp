#include "redis/stream_scan.hpp"

#include <algorithm>
#include <optional>

#include "contrail/error.hpp"
#include "redis/redis_log.hpp"

namespace contrail::redis {

namespace {

constexpr std::size_t flaws_told_max = 100;

std::string text(Offset first, Offset last) {
    if (first == last) return "offset " + std::to_string(first.value);
    return "offsets " + std::to_string(first.value) + " to " + std::to_string(last.value);
}

/// The batch that holds an offset, looked up once for all records of a batch.
class Batches {
public:
    explicit Batches(Outbox& outbox) : outbox_(outbox) {}

    const std::optional<Batch>& holding(Offset offset) {
        if (!batch_ || offset < batch_->first || offset > *batch_->last) batch_ = outbox_.find(offset);
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

class Scanner {
public:
    Scanner(RedisLog& log, Outbox& outbox) : log_(log), outbox_(outbox), batches_(outbox) {}

    StreamScan run() {
        // The head is asked first: what it shows is sealed by the time the outbox is asked.
        found_.usage = log_.usage();
        head_ = found_.usage.head;
        const Batch base = outbox_.base();
        require_sealed_head(base);
        found_.outbox_first = std::min(base.last->next(), head_.offset.next());
        found_.whole_from = found_.outbox_first;
        expected_ = first_needed(outbox_, head_.offset);
        if (found_.usage.records > 0) expected_ = std::min(expected_, found_.usage.first.offset);

        look_through();
        if (expected_ <= head_.offset) missing(expected_, head_.offset);
        return std::move(found_);
    }

private:
    void require_sealed_head(const Batch& base) {
        if (head_ == RecordId{}) return;
        if (head_.offset > Offset{0} && head_ <= RecordId{base.sealed_ms, *base.last}) return;  // released
        const auto& batch = batches_.holding(head_.offset);
        if (batch && batch->sealed_ms == head_.sealed_ms) return;
        throw Error(Retry::never,
                    "The log's head " + head_.to_string() +
                        " is not a record that the outbox has sealed, so that nobody knows what "
                        "belongs into the log. Nothing was changed. The streamer's error says "
                        "what may have happened; `contrail adopt` shows what going on after "
                        "that head would mean.");
    }

    void look_through() {
        std::vector<Record> records;
        std::vector<RecordId> foreign;
        RecordId after;
        while (after < head_) {
            foreign.clear();
            log_.read_begin(after, {}, std::chrono::milliseconds(0));
            log_.scan_end(records, foreign);
            if (records.empty() && foreign.empty()) return;
            for (const RecordId id : foreign) after = std::max(after, id);
            if (!records.empty()) after = std::max(after, records.back().id);
            chunk_begins_ = true;
            take(records, foreign);
        }
    }

    void take(const std::vector<Record>& records, const std::vector<RecordId>& foreign) {
        auto next_foreign = foreign.begin();
        for (const Record& record : records) {
            for (; next_foreign != foreign.end() && *next_foreign < record.id; ++next_foreign)
                not_a_record(*next_foreign);
            if (record.id <= head_) take(record.id);
        }
        for (; next_foreign != foreign.end() && *next_foreign <= head_; ++next_foreign)
            not_a_record(*next_foreign);
    }

    void take(RecordId id) {
        if (id.offset < expected_) {
            flaw("entry " + id.to_string() + " is out of order", id.offset < found_.outbox_first);
        } else if (id.offset > expected_) {
            look_at_hole(id);
        }
        chunk_begins_ = false;
        if (!run_first_) run_first_ = id.offset;
        expected_ = id.offset.next();

        if (id.offset >= found_.outbox_first) return require_sealed(id);
        if (expected_ == found_.outbox_first) found_.whole_from = *run_first_;
    }

    /// Before `id` there is nothing from `expected_` on. It may have been trimmed since the chunk before was
    /// read.
    void look_at_hole(RecordId id) {
        const bool trimmed = chunk_begins_ && log_.usage().first == id;
        const Offset first = trimmed ? std::max(expected_, first_needed(outbox_, head_.offset)) : expected_;
        run_first_.reset();
        if (first < id.offset) missing(first, id.offset.previous());
    }

    void require_sealed(RecordId id) {
        const auto& batch = batches_.holding(id.offset);
        if (!batch || batch->sealed_ms == id.sealed_ms) return;  // or released since: nobody needs it
        flaw("entry " + id.to_string() + " is not the record sealed as " +
                 RecordId{batch->sealed_ms, id.offset}.to_string(),
             false);
    }

    void missing(Offset first, Offset last) {
        const Offset held = std::clamp(found_.outbox_first, first, last.next());
        if (first < held)
            flaw(text(first, held.previous()) + " missing, and the outbox does not hold them any more", true);
        if (held <= last) flaw(text(held, last) + " missing; the outbox holds them", false);
    }

    void not_a_record(RecordId id) { flaw("entry " + id.to_string() + " is not a record", false); }

    void flaw(const std::string& what, bool for_ever) {
        ++found_.flaws_count;
        if (for_ever) run_first_.reset();
        if (found_.flaws.size() < flaws_told_max) found_.flaws.push_back(what);
    }

    RedisLog& log_;
    Outbox& outbox_;
    Batches batches_;
    StreamScan found_;
    RecordId head_;
    Offset expected_;                  ///< Of the next record.
    bool chunk_begins_ = false;        ///< None of its records was taken yet.
    std::optional<Offset> run_first_;  ///< Of the records since the last flaw.
};

}  // namespace

StreamScan scan_stream(RedisLog& log, Outbox& outbox) {
    return Scanner(log, outbox).run();
}

}  // namespace contrail::redis
