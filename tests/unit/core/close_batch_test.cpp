#include "core/close_batch.hpp"

#include <gtest/gtest.h>

#include "contrail/error.hpp"

namespace contrail::test {

// A batch that begins at offset 5: sealed as long (its end not counted), or as short (its end stored).
constexpr OpenBatch long_batch{.number = 2, .sealed_ms = 7, .first = Offset{5}, .last = std::nullopt};
constexpr OpenBatch short_batch{.number = 2, .sealed_ms = 7, .first = Offset{5}, .last = Offset{6}};

TEST(CloseBatch, EndsALongBatchWhereItsRecordsEnd) {
    const Batch closed = close_batch(long_batch, Offset{9});
    EXPECT_EQ(closed, (Batch{.number = 2, .sealed_ms = 7, .first = Offset{5}, .last = Offset{9}}));
    EXPECT_EQ(closed.last_id(), (RecordId{7, Offset{9}}));
}

TEST(CloseBatch, EndsAShortBatchWhereItsSealSays) {
    EXPECT_EQ(close_batch(short_batch, Offset{6}).last, Offset{6});
}

TEST(CloseBatch, RefusesAnEmptyBatch) {
    EXPECT_THROW((void)close_batch(long_batch, Offset{4}), Error);
}

TEST(CloseBatch, RefusesARecordMissingOrTooMany) {
    EXPECT_THROW((void)close_batch(short_batch, Offset{5}), Error);
    EXPECT_THROW((void)close_batch(short_batch, Offset{7}), Error);
}

TEST(CloseBatch, OpensAgainWithTheEndItHas) {
    const OpenBatch reopened = close_batch(long_batch, Offset{9});
    EXPECT_EQ(reopened.last, Offset{9});
}

}  // namespace contrail::test
