#include <gtest/gtest.h>

#include "operations/rfc3339.hpp"
#include "operations/units.hpp"

namespace contrail {

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

TEST(Rfc3339, IsUnixTimeInMilliseconds) {
    const std::pair<const char*, std::uint64_t> cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2023-11-14T22:13:20Z", 1'700'000'000'000},
        {"2023-11-14t22:13:20z", 1'700'000'000'000},
        {"2023-11-14 22:13:20Z", 1'700'000'000'000},
        {"2023-11-14T22:13:20.5Z", 1'700'000'000'500},
        {"2023-11-14T22:13:20.123456Z", 1'700'000'000'123},
        {"2023-11-14T23:13:20+01:00", 1'700'000'000'000},
        {"2023-11-14T16:43:20-05:30", 1'700'000'000'000},
        {"2024-02-29T00:00:00Z", 1'709'164'800'000},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(parse_rfc3339(text), expected) << text;
}

TEST(Rfc3339, IsNothingElse) {
    for (const char* text :
         {"", "now", "2023", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13Z", "2023-13-14T22:13:20Z",
          "2023-02-29T22:13:20Z", "2023-11-14T24:13:20Z", "2023-11-14T22:60:20Z", "2023-11-14T22:13:61Z",
          "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20+0100", "2023-11-14T22:13:20Z ",
          "-023-11-14T22:13:20Z", "2023-11--4T22:13:20Z", "1969-12-31T23:59:59Z", "1700000000000-5"})
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
}

}  // namespace contrail
