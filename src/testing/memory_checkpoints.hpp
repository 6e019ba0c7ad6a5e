#pragma once

#include "contrail/checkpoints.hpp"
#include "contrail/consumer_segments.hpp"
#include "testing/memory_database.hpp"

namespace contrail::testing {

/// The checkpoints port over a MemoryDatabase, which must outlive it.
class MemoryCheckpoints : public Checkpoints {
public:
    MemoryCheckpoints(MemoryDatabase& database, StreamName stream)
        : database_(database),
          stream_(std::move(stream)) {}

    /// Where Postgres would wait for another instance's transaction, this throws Error (Retry::call).
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    std::optional<RecordId> least(const ConsumerName& consumer) override;
    ConsumerOwner owner() override { return database_.owner; }
    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override;

private:
    MemoryDatabase& database_;
    StreamName stream_;
};

/// The consumers' segments in a MemoryDatabase, which must outlive it. Every instance may claim every segment: nothing
/// rests on claims.
class MemoryConsumerSegments : public ConsumerSegments {
public:
    MemoryConsumerSegments(MemoryDatabase& database, StreamName stream)
        : database_(database),
          stream_(std::move(stream)) {}

    std::vector<SegmentPlace> places(const ConsumerName& consumer) override;
    /// Where Postgres would wait for a transaction, these throw Error (Retry::call).
    void split(const ConsumerName& consumer, std::uint32_t count) override;
    void merge(const ConsumerName& consumer, std::uint32_t count) override;
    bool reset(const ConsumerName& consumer, const std::vector<SegmentPlace>& from, RecordId to) override;
    ClaimedSegments claim(const ConsumerName& consumer, const std::string& instance,
                          std::uint32_t workers_max) override;
    void release(const ConsumerName& /*consumer*/, const std::string& /*instance*/) override {}

private:
    MemoryDatabase& database_;
    StreamName stream_;
};

/// The transaction behind the one that a handler receives. It must come from MemoryCheckpoints.
MemoryTransaction& memory_transaction(Transaction& transaction);

}  // namespace contrail::testing
