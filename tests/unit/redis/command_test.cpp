#include "redis/command.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "redis/append_script.hpp"

namespace contrail::redis {

using namespace std::string_literals;

TEST(RedisCommand, IsAnArrayOfStringsWithTheirLengths) {
    std::string bytes;
    add_command(bytes, "XLEN", std::string("rides"));
    add_command(bytes, "SELECT", std::uint64_t{10});
    add_command(bytes, "X", RecordId{1700, Offset{42}});
    EXPECT_EQ(bytes,
              "*2\r\n$4\r\nXLEN\r\n$5\r\nrides\r\n"
              "*2\r\n$6\r\nSELECT\r\n$2\r\n10\r\n"
              "*2\r\n$1\r\nX\r\n$7\r\n1700-42\r\n");
}

TEST(RedisCommand, TakesEveryByteAndTheLargestNumbers) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::string bytes;
    add_command(bytes, "a\0\r\n€"s, "", most, RecordId{most, Offset{most}});
    EXPECT_EQ(bytes,
              "*4\r\n$7\r\na\0\r\n€\r\n$0\r\n\r\n"
              "$20\r\n18446744073709551615\r\n"
              "$41\r\n18446744073709551615-18446744073709551615\r\n"s);
}

TEST(RedisAppend, GivesTheScriptEachRecordsIdAndFields) {
    const Record records[] = {{{5, Offset{2}}, "create", "ride", "{}"},
                              {{5, Offset{3}}, "delete", "ride", "[]"}};
    std::string bytes;
    add_append(bytes, Keys(StreamName("rides")), {"7", "database a"}, RecordId{4, Offset{1}}, records);
    EXPECT_TRUE(bytes.starts_with("*16\r\n$4\r\nEVAL\r\n")) << bytes;
    EXPECT_TRUE(
        bytes.ends_with("\r\n$1\r\n2\r\n$5\r\nrides\r\n$14\r\nrides:identity\r\n$1\r\n7\r\n"
                        "$10\r\ndatabase a\r\n$3\r\n4-1\r\n"
                        "$3\r\n5-2\r\n$6\r\ncreate\r\n$4\r\nride\r\n$2\r\n{}\r\n"
                        "$3\r\n5-3\r\n$6\r\ndelete\r\n$4\r\nride\r\n$2\r\n[]\r\n"))
        << bytes;
}

}  // namespace contrail::redis
