#include "testing/memory_checkpoints.hpp"

#include <algorithm>
#include <utility>

#include "core/require.hpp"
#include "testing/marked_record.hpp"

namespace contrail::testing {

namespace {

class CheckpointTransaction : public Transaction {
public:
    CheckpointTransaction(MemoryDatabase& database, MemoryDatabase::CheckpointKey key, Segment segment)
        : transaction_(database),
          key_(std::move(key)),
          segment_(segment),
          row_(transaction_.lock_checkpoint(key_, segment)) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override {
        return row_ ? std::optional(row_->checkpoint) : std::nullopt;
    }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override {
        return row_ ? row_->ahead : std::nullopt;
    }
    [[nodiscard]] bool advance(RecordId to) override {
        moved_to_ = to;
        return transaction_.advance_checkpoint(key_, checkpoint(), to, segment_);
    }
    void park(const DeadLetter& letter) override {
        const RecordId parked = letter.record.id;
        require(row_ && parked.offset == moved_to_.value_or(row_->checkpoint).offset.next(),
                "the record after the checkpoint is parked", parked.to_string());
        transaction_.park(key_, letter);
        require(advance(parked), "the checkpoint is locked", parked.to_string());
    }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_.park_again(key_, id, error);
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override {
        return transaction_.take_marked(key_, segment_);
    }
    void commit() override { transaction_.commit(); }
    [[nodiscard]] void* native_handle() noexcept override { return &transaction_; }

private:
    MemoryTransaction transaction_;
    MemoryDatabase::CheckpointKey key_;
    Segment segment_;
    std::optional<MemoryDatabase::SegmentRow> row_;
    std::optional<RecordId> moved_to_;  ///< In this transaction.
};

}  // namespace

std::unique_ptr<Transaction> MemoryCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<CheckpointTransaction>(
        database_, MemoryDatabase::CheckpointKey{stream_.str(), part.consumer}, part.segment);
}

std::optional<RecordId> MemoryCheckpoints::least(const ConsumerName& consumer) {
    return database_.checkpoint({stream_.str(), consumer});
}

bool MemoryCheckpoints::has_marked(const ConsumerSegment& part) {
    const auto parked = database_.parked({stream_.str(), part.consumer});
    return std::ranges::any_of(parked,
                               [&](const auto& each) { return is_marked_in(each.second, part.segment); });
}

std::vector<SegmentPlace> MemoryConsumerSegments::places(const ConsumerName& consumer) {
    const auto rows = database_.segments({stream_.str(), consumer});
    std::vector<SegmentPlace> places;
    for (const auto& row : rows)
        places.push_back(
            {.segment = {static_cast<std::uint32_t>(places.size()), static_cast<std::uint32_t>(rows.size())},
             .checkpoint = row.checkpoint,
             .ahead = row.ahead});
    return places;
}

void MemoryConsumerSegments::split(const ConsumerName& consumer, std::uint32_t count) {
    database_.split({stream_.str(), consumer}, count);
}

void MemoryConsumerSegments::merge(const ConsumerName& consumer, std::uint32_t count) {
    database_.merge({stream_.str(), consumer}, count);
}

bool MemoryConsumerSegments::reset(const ConsumerName& consumer, const std::vector<SegmentPlace>& from,
                                   RecordId to) {
    std::vector<RecordId> places;
    for (const SegmentPlace& place : from) places.push_back(place.checkpoint);
    return database_.reset({stream_.str(), consumer}, places, to);
}

ClaimedSegments MemoryConsumerSegments::claim(const ConsumerName& consumer, const std::string& /*instance*/,
                                              std::uint32_t workers_max) {
    ClaimedSegments claimed;
    for (const SegmentPlace& place : places(consumer)) {
        claimed.count = place.segment.count;
        if (place.segment.number < workers_max) claimed.numbers.push_back(place.segment.number);
    }
    return claimed;
}

MemoryTransaction& memory_transaction(Transaction& transaction) {
    return *static_cast<MemoryTransaction*>(transaction.native_handle());
}

}  // namespace contrail::testing
