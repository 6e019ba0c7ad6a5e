#include "postgres/copy_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/postgres/is_error.hpp"

namespace contrail::test {

using namespace std::string_literals;
using postgres::CopyDecoder;
using ::testing::HasSubstr;

const std::string header = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"s;
const std::string fields = "\0\0\0\6create\0\0\0\4ride\0\0\0\3\1{}"s;
const std::string null = "\xff\xff\xff\xff"s;
const std::string row = "\0\5"s + fields + null + null;
const std::string trailer = "\xff\xff"s;

TEST(CopyDecoder, TakesActionObjectAndDataOutOfARow) {
    CopyDecoder decoder;
    Record record;
    EXPECT_TRUE(decoder.decode(header + row, record));
    EXPECT_EQ(record, (Record{{}, "create", "ride", "{}"}));
    EXPECT_TRUE(decoder.decode(row, record));
    EXPECT_FALSE(decoder.decode(trailer, record));
}

TEST(CopyDecoder, TakesTheNumberOfTheBatchWhereARowBeginsWithIt) {
    CopyDecoder decoder;
    Record record;
    EXPECT_TRUE(decoder.decode(header + row, record));
    EXPECT_EQ(decoder.batch_number(), std::nullopt);
    EXPECT_TRUE(decoder.decode("\0\6\0\0\0\10\0\0\1\0\0\0\0\7"s + row.substr(2), record));
    EXPECT_EQ(decoder.batch_number(), 0x100'0000'0007);
    EXPECT_EQ(record, (Record{{}, "create", "ride", "{}"}));
}

TEST(CopyDecoder, TakesTheKeyAndTheHeadersThatARowHas) {
    CopyDecoder decoder;
    Record record;
    const std::string key = "\0\0\0\3"s + "521";
    const std::string headers = "\0\0\0\3\1{}"s;
    EXPECT_TRUE(decoder.decode(header + "\0\5"s + fields + key + headers, record));
    EXPECT_EQ(record, (Record{{}, "create", "ride", "{}", "521", "{}"}));
    EXPECT_TRUE(decoder.decode("\0\5"s + fields + "\0\0\0\0"s + null, record));
    EXPECT_EQ(record, (Record{{}, "create", "ride", "{}", ""})) << "an empty key is a key";
    EXPECT_TRUE(decoder.decode(row, record));
    EXPECT_EQ(record, (Record{{}, "create", "ride", "{}"}));
}

TEST(CopyDecoder, TakesTheHeaderAloneToo) {
    CopyDecoder decoder;
    Record record;
    EXPECT_FALSE(decoder.decode(header, record));
    EXPECT_TRUE(decoder.decode(row, record));
}

TEST(CopyDecoder, PassesOverAHeaderExtension) {
    CopyDecoder decoder;
    Record record;
    EXPECT_TRUE(decoder.decode("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\5later"s + row, record));
}

TEST(CopyDecoder, RefusesWhatIsNotDocumented) {
    const struct {
        std::string message, refusal;
    } cases[] = {
        {"", "ends too soon"},
        {"PGCOPX\n\xff\r\n\0\0\0\0\0\0\0\0\0"s + row, "signature"},
        {"PGCOPY\n\xff\r\n\0\0\1\0\0\0\0\0\0"s + row, "flag"},
        {header + row.substr(0, row.size() - 1), "ends too soon"},
        {header + "\0\4"s + fields + null, "five nor six fields"},
        {header + "\0\6\0\0\0\4\0\0\0\1"s + row.substr(2), "eight bytes"},
        {header + "\0\5\xff\xff\xff\xff\0\0\0\1b\0\0\0\3\1{}"s + null + null, "null"},
        {header + "\0\5\0\0\0\1a\0\0\0\1b\0\0\0\3\2{}"s + null + null, "jsonb"},
        {header + "\0\5\0\0\0\1a\0\0\0\1b\0\0\0\0"s + null + null, "jsonb"},
        {header + "\0\5"s + fields + null + "\0\0\0\3\2{}"s, "jsonb"},
        {header + "\0\5"s + fields + "\xff\xff\xff\xfe"s + null, "negative"},
    };
    for (const auto& malformed : cases) {
        Record record;
        EXPECT_THAT(error_of([&] { CopyDecoder().decode(malformed.message, record); }),
                    IsError(Retry::never, HasSubstr(malformed.refusal)));
    }
}

}  // namespace contrail::test
