#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "testing/memory_database.hpp"
#include "testing/memory_log.hpp"
#include "total.hpp"
#include "violation.hpp"

namespace contrail::simulation {

/// The keys under which a consumer keeps its Total.
struct TotalKeys {
    explicit TotalKeys(const std::string& consumer)
        : rides(consumer + "/rides"),
          distance(consumer + "/distance"),
          order(consumer + "/order") {}
    std::string rides, distance, order;
};

/// Knows what was staged and committed, watches the log grow, and checks the rules. It is independent of the
/// code under test: it knows no batches, seals or windows. It prefers the obvious to the fast.
class Oracle {
public:
    Oracle(const testing::MemoryDatabase& database, const testing::MemoryLogServer& log,
           std::vector<testing::MemoryDatabase::CheckpointKey> consumers);

    // The service reports what it does.

    /// Notes that the next ride is staged. Returns its serial, which is also its place in the oracle's list.
    std::uint64_t stage(std::uint64_t transaction, std::string json);
    void roll_back_staged(std::uint64_t serial);
    void commit(std::uint64_t transaction);
    [[nodiscard]] std::uint64_t next_serial() const { return staged_.size(); }

    /// The database has lost what it has committed since some earlier moment, and the consumers' checkpoints with
    /// it. From now on the log gets nothing that was sealed after `last_seal_ms`, the last seal before.
    void set_back(std::uint64_t last_seal_ms);

    /// Judges the log and the consumers as they are now. Throws Violation.
    void judge();

    /// True if this consumer was ever marked as cut off: an instance of it may stop, even if another one has
    /// read on in time.
    [[nodiscard]] bool was_cut_off(const ConsumerName& consumer) const;

    /// True if every committed record is in the log, and every consumer that was not cut off has applied all
    /// of them.
    [[nodiscard]] bool all_done() const;
    /// Throws Violation that says what is missing for that.
    [[noreturn]] void throw_not_done(const std::string& after) const;

    /// Records that the log holds, or has held.
    [[nodiscard]] std::uint64_t records_seen() const { return seen_.size(); }
    /// The record that the log holds, or has held; null: none.
    [[nodiscard]] const Record* seen(Offset offset) const {
        return offset.value - 1 < seen_.size() ? &seen_[offset.value - 1] : nullptr;
    }
    [[nodiscard]] std::uint64_t committed_records() const { return committed_; }
    /// Records that came after one whose serial is higher.
    [[nodiscard]] std::uint64_t overtaken_records() const { return overtaken_; }

private:
    struct Staged {
        std::uint64_t transaction;
        std::string json;
        std::uint64_t staged_at;  ///< Moments count what the service does.
        std::optional<std::uint64_t> committed_at{};
        std::optional<RecordId> id{};  ///< The one it bears in the log, for ever.
        bool forgotten = false;        ///< Rolled back to a savepoint before it.
    };
    struct Consumer {
        testing::MemoryDatabase::CheckpointKey key;
        TotalKeys total_keys;
        RecordId checkpoint{};
        bool was_cut_off = false;
    };

    void judge_log();
    void admit(const Record& record);
    void require_order(const Staged& staged, const Record& record) const;
    void judge_consumer(Consumer& consumer);
    void judge_total(const std::string& who, const TotalKeys& keys, RecordId place,
                     const Total& expected) const;
    /// Each thing of a partitioned consumer is as far as its segment.
    void judge_things(const Consumer& consumer) const;
    void judge_outbox();
    /// True if a limit dropped, or may drop, what this consumer has not applied, and it is marked so.
    [[nodiscard]] bool is_cut_off(const Consumer& consumer) const;
    /// The slowest consumer that was not cut off; null if all were.
    [[nodiscard]] const Consumer* slowest() const;

    const testing::MemoryDatabase& database_;
    const testing::MemoryLogServer& log_;
    std::vector<Consumer> consumers_;

    std::vector<Staged> staged_;  ///< By serial.
    std::vector<Record> seen_;    ///< By offset - 1: the log as it was since the beginning of time.
    std::vector<Total> totals_;   ///< By offset: what a consumer must show there.
    std::uint64_t moment_ = 0;
    std::optional<std::uint64_t> lost_seal_ms_;  ///< The last seal before the database was set back.
    std::uint64_t committed_ = 0;
    std::uint64_t overtaken_ = 0;
    std::uint64_t highest_serial_ = 0;

    // As judged last: what has not changed is not judged again.
    std::size_t judged_records_ = 0;
    RecordId judged_first_, judged_head_;
    std::uint64_t judged_commits_ = 0;
    std::size_t judged_staged_ = 0;
};

}  // namespace contrail::simulation
