#include "archive/record_line.hpp"

#include <gtest/gtest.h>

namespace contrail::archive {

namespace {

std::string line_of(const Record& record) {
    std::string text;
    RecordLines().append(text, record);
    return text;
}

Record ride() {
    return {
        .id = {1'700'000'000'000, Offset{7}}, .action = "create", .object = "ride", .data = R"({"id": 521})"};
}

TEST(RecordLine, IsOneObject) {
    Record record = ride();
    record.key = "521";
    record.headers = R"({"trace": "a"})";
    EXPECT_EQ(line_of(record),
              R"({"id":"1700000000000-7","offset":7,"sealed_at":"2023-11-14T22:13:20Z","action":"create",)"
              R"("object":"ride","key":"521","headers":{"trace": "a"},"data":{"id": 521}})"
              "\n");
}

TEST(RecordLine, ReadsBackWhateverTheOutboxTakes) {
    for (const std::string data :
         {R"("a \"quoted\" string")", "null", "-1.5e300", R"([{"}": "]"}, "\\"])", "\"delete \x7F\"",
          R"("Zürich ☃")", "123456789012345678901234567890", "{}"}) {
        for (const std::string text :
             {"plain", "", "with \"quotes\" and \\", "line\nfeed\x01\x7F", "Zürich"}) {
            Record record = ride();
            record.data = data;
            record.action = record.object = text;
            record.key = text;
            record.headers = R"({"a": {"}": ["\"", {}]}})";
            const std::string line = line_of(record);
            EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
            Record back;
            ASSERT_TRUE(read_record_line(std::string_view(line).substr(0, line.size() - 1), back)) << line;
            EXPECT_EQ(back, record) << line;
        }
    }
}

TEST(RecordLine, DistinguishesAnEmptyKeyFromNone) {
    Record record = ride();
    Record back;
    record.key = "";
    const std::string line = line_of(record);
    ASSERT_TRUE(read_record_line(std::string_view(line).substr(0, line.size() - 1), back));
    EXPECT_EQ(back.key, "");
    const std::string without = line_of(ride());
    ASSERT_TRUE(read_record_line(std::string_view(without).substr(0, without.size() - 1), back));
    EXPECT_EQ(back.key, std::nullopt);
}

TEST(RecordLine, DoesNotReadWhatIsCutShortOrChanged) {
    Record record = ride();
    record.key = "5\"21";
    record.headers = R"({"a": [1]})";
    const std::string line = line_of(record);
    Record back;
    const std::size_t data = line.find("\"data\":");
    for (std::size_t length = 0; length < data + 8; ++length)
        EXPECT_FALSE(read_record_line(std::string_view(line).substr(0, length), back)) << length;
    std::string other_offset = line.substr(0, line.size() - 1);
    other_offset.replace(other_offset.find("\"offset\":7"), 10, "\"offset\":8");
    EXPECT_FALSE(read_record_line(other_offset, back));
}

TEST(RecordLine, TurnsWhatIsNoJsonIntoAString) {
    Record record = ride();
    record.data = "no json";
    EXPECT_NE(line_of(record).find(R"("data":"no json"})"), std::string::npos);
    record.data = "{\"a\":\n1}";
    EXPECT_NE(line_of(record).find(R"("data":{"a": 1}})"), std::string::npos);
}

}  // namespace

}  // namespace contrail::archive
