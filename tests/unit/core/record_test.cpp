#include "contrail/record.hpp"

#include <gtest/gtest.h>

namespace contrail {

TEST(RecordId, IsWrittenAsARedisStreamEntryId) {
    EXPECT_EQ((RecordId{1'700'000'000'000, Offset{521}}.to_string()), "1700000000000-521");
    EXPECT_EQ(RecordId{}.to_string(), "0-0");
}

TEST(RecordId, ReadsBackWhatItWrote) {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    for (const RecordId id : {RecordId{}, RecordId{1, Offset{2}}, RecordId{largest, Offset{largest}}}) {
        EXPECT_EQ(RecordId::parse(id.to_string()), id);
    }
}

TEST(RecordId, RefusesWhatIsNotTwoNumbers) {
    for (const char* text : {"", "-", "1", "1-", "-1", "1-2-3", " 1-2", "1-2 ", "+1-2", "1--2", "0x1-2",
                             "1-18446744073709551616"}) {
        EXPECT_EQ(RecordId::parse(text), std::nullopt) << text;
    }
}

TEST(RecordId, OrdersByTimeAndThenByOffset) {
    EXPECT_LT((RecordId{1, Offset{9}}), (RecordId{2, Offset{1}}));
    EXPECT_LT((RecordId{1, Offset{1}}), (RecordId{1, Offset{2}}));
    EXPECT_LT(RecordId{}, (RecordId{0, Offset{1}}));
}

TEST(Record, ComparesItsKeyAndItsHeaders) {
    const Record plain{{}, "create", "ride", "{}"};
    Record keyed = plain;
    keyed.key = "";
    Record with_headers = plain;
    with_headers.headers = "{}";

    EXPECT_NE(keyed, plain);
    EXPECT_NE(with_headers, plain);
    EXPECT_NE(keyed, with_headers);
}

TEST(Record, CountsTheBytesOfAllItsTexts) {
    Record record{{}, "create", "ride", "{}"};
    EXPECT_EQ(record.bytes(), 12U);

    record.key = "521";
    record.headers = R"({"a": 1})";
    EXPECT_EQ(record.bytes(), 23U);
}

}  // namespace contrail
