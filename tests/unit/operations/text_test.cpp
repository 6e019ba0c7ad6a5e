#include <gtest/gtest.h>

#include "operations/units.hpp"

namespace contrail::operations {

using namespace std::chrono_literals;

TEST(Units, ShowBytesInTheUnitThatFits) {
    const std::pair<std::uint64_t, const char*> cases[] = {
        {0, "0 B"},
        {1'023, "1023 B"},
        {1'024, "1.0 KiB"},
        {1'536, "1.5 KiB"},
        {1 << 20, "1.0 MiB"},
        {3ULL << 30, "3.0 GiB"},
        {5'000ULL << 40, "5000.0 TiB"},
    };
    for (const auto& [bytes, expected] : cases) EXPECT_EQ(bytes_text(bytes), expected);
}

TEST(Units, ShowDurationsAsPeopleSayThem) {
    const std::pair<std::chrono::milliseconds, const char*> cases[] = {
        {0ms, "0 ms"},       {999ms, "999 ms"}, {1s, "1 s"},   {119s, "119 s"}, {2min, "2 min"},
        {119min, "119 min"}, {2h, "2 h"},       {47h, "47 h"}, {48h, "2 d"},
    };
    for (const auto& [duration, expected] : cases) EXPECT_EQ(duration_text(duration), expected);
}

TEST(Units, PartThousands) {
    const std::pair<std::uint64_t, const char*> cases[] = {
        {0, "0"}, {999, "999"}, {1'000, "1,000"}, {123'456, "123,456"}, {1'234'567, "1,234,567"}};
    for (const auto& [count, expected] : cases) EXPECT_EQ(count_text(count), expected);
}

TEST(Units, CountRecords) {
    EXPECT_EQ(records_text(0), "0 records");
    EXPECT_EQ(records_text(1), "1 record");
    EXPECT_EQ(records_text(1'000), "1,000 records");
}

}  // namespace contrail::operations
