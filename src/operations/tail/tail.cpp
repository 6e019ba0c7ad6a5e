#include "operations/tail/tail.hpp"

#include <algorithm>
#include <limits>
#include <stop_token>
#include <utility>
#include <variant>
#include <vector>

#include "core/retry_loop.hpp"
#include "logs/logs.hpp"

namespace contrail::operations {

namespace {

using namespace std::chrono_literals;

constexpr ChunkLimits chunk{.records_max = 1'000, .bytes_max = 1 << 20};

/// The place before all records sealed at this time or later.
RecordId before(std::uint64_t unix_ms) {
    if (unix_ms == 0) return {};
    return {unix_ms - 1, Offset{std::numeric_limits<std::uint64_t>::max()}};
}

class Tail {
public:
    Tail(Log& log, const TailOptions& options, TailOutput& output)
        : log_(log),
          options_(options),
          output_(output) {}

    /// Call once, before write_chunk().
    void find_place() {
        head_ = log_.head();
        if (!options_.from) return begin_before_end();
        if (std::holds_alternative<start::Latest>(*options_.from)) after_ = head_;
        if (const auto* const since = std::get_if<start::Since>(&*options_.from))
            after_ = before(since->unix_ms);
        const auto* const place = std::get_if<start::After>(&*options_.from);
        if (place != nullptr) after_ = place->id;
        // After a record, the next offset is known. From a time on, any offset may come first.
        if (after_ == head_ || (place != nullptr && after_ != RecordId{})) expected_ = after_.offset.next();
    }

    /// Writes one chunk. False: nothing is left to write.
    bool write_chunk() {
        if (left_ == 0) return false;
        if (!options_.follow && after_ >= head_) return false;
        ChunkLimits limits = chunk;
        limits.records_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(limits.records_max, left_));
        foreign_.clear();
        if (is_archived()) {
            options_.archive->read(after_, limits, records_);
        } else {
            logs::scan(log_, after_, limits, options_.follow ? 1s : 0s, records_, foreign_);
        }
        if (records_.empty() && foreign_.empty()) return options_.follow;
        write();
        return output_.flush();
    }

    [[nodiscard]] bool is_whole() const { return whole_; }

private:
    /// The offset of the first record to write is known, and its id is not. A binary search over the sealing
    /// times finds a place close before it.
    void begin_before_end() {
        if (head_.offset.value <= options_.last) return;
        first_ = Offset{head_.offset.value - options_.last + 1};
        const auto oldest = first_after({});
        if (!oldest) return;
        if (oldest->offset <= first_) expected_ = first_;
        std::uint64_t low_ms = oldest->sealed_ms;
        for (std::uint64_t high_ms = head_.sealed_ms + 1; high_ms > low_ms + 1;) {
            const std::uint64_t middle = low_ms + (high_ms - low_ms) / 2;
            const auto found = first_after(before(middle));
            (found && found->offset <= first_ ? low_ms : high_ms) = middle;
        }
        after_ = before(low_ms);
    }

    std::optional<RecordId> first_after(RecordId id) {
        foreign_.clear();
        logs::scan(log_, id, {.records_max = 1}, 0s, records_, foreign_);
        return records_.empty() ? std::nullopt : std::optional(records_.front().id);
    }

    void write() {
        auto foreign = foreign_.begin();
        for (const Record& record : records_) {
            for (; foreign != foreign_.end() && *foreign < record.id; ++foreign) write_foreign(*foreign);
            write(record);
        }
        for (; foreign != foreign_.end(); ++foreign) write_foreign(*foreign);
    }

    void write(const Record& record) {
        after_ = record.id;
        const Offset offset = record.id.offset;
        if (offset < first_ || is_past_head(record.id)) return;
        if (expected_ && offset > *expected_) {
            whole_ = false;
            output_.gap(*expected_, offset.previous());
        }
        expected_ = offset.next();
        output_.record(record);
        --left_;
    }

    void write_foreign(RecordId id) {
        after_ = id;
        if (is_past_head(id)) return;
        whole_ = false;
        output_.foreign(id);
    }

    [[nodiscard]] bool is_archived() const {
        return options_.archive != nullptr && options_.archive->last() && *options_.archive->last() > after_;
    }

    [[nodiscard]] bool is_past_head(RecordId id) const { return !options_.follow && id > head_; }

    Log& log_;
    const TailOptions& options_;
    TailOutput& output_;
    RecordId head_;                   ///< The log's, at the beginning.
    RecordId after_;                  ///< The next chunk begins after this.
    Offset first_{0};                 ///< Earlier records are not written.
    std::optional<Offset> expected_;  ///< Of the next record. Nothing: any may come first.
    std::uint64_t left_ = options_.records_max.value_or(std::numeric_limits<std::uint64_t>::max());
    bool whole_ = true;
    std::vector<Record> records_;
    std::vector<RecordId> foreign_;
};

}  // namespace

bool tail(Log& log, const TailOptions& options, TailOutput& output, Clock& clock,
          const std::function<void(const Error&, Clock::Duration)>& on_retry) {
    Tail tail(log, options, output);
    tail.find_place();
    if (options.follow) {
        const auto step = [&]() -> StepResult { return {.done = !tail.write_chunk()}; };
        const RetryPolicy retry{.wait_min = 100ms, .wait_max = 5s};
        repeat(step, std::stop_token(), clock, retry, Endures::passing_errors, on_retry, [](const Error&) {});
    } else {
        while (tail.write_chunk()) {
        }
    }
    return tail.is_whole();
}

}  // namespace contrail::operations
