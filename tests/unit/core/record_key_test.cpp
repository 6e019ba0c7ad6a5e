#include "contrail/record_key.hpp"

#include <gtest/gtest.h>

#include <array>

namespace contrail {

namespace {

std::string key_of(std::string data, std::optional<std::string> key = {}) {
    return record_key(
        {.id = {}, .action = "create", .object = "ride", .data = std::move(data), .key = std::move(key)});
}

}  // namespace

TEST(RecordKey, IsTheRecordsOwnEvenIfItIsEmpty) {
    EXPECT_EQ(key_of(R"({"id": 521})", "rider 7"), "rider 7");
    EXPECT_EQ(key_of(R"({"id": 521})", ""), "");
}

TEST(RecordKey, IsElseTheObjectAndTheIdOfItsData) {
    EXPECT_EQ(key_of(R"({"id": 521, "distance": 539.8})"), "ride/521");
    EXPECT_EQ(key_of(R"({"id":"521"})"), "ride/521");
    EXPECT_EQ(key_of(R"({"id": true})"), "ride/true");
    EXPECT_EQ(key_of(R"({"a": [{"id": 1}, "}]\"", []], "b": {"id": {"id": 2}}, "id": 3})"), "ride/3");
}

TEST(RecordKey, KeepsEveryDigitOfANumber) {
    EXPECT_EQ(key_of(R"({"id": 12345678901234567890123456789})"), "ride/12345678901234567890123456789");
    EXPECT_EQ(key_of(R"({"id": -1.50})"), "ride/-1.50");
}

TEST(RecordKey, ReadsTheEscapesOfAText) {
    EXPECT_EQ(key_of(R"({"id": "a\"\\\/\b\f\n\r\t\u0001\u00fc\u6771\ud83d\ude00"})"),
              "ride/a\"\\/\b\f\n\r\t\x01ü東😀");
    EXPECT_EQ(key_of(R"({"\u0069d": 1})"), "ride/1");
}

TEST(RecordKey, IsTheObjectWhereTheDataNameNoThing) {
    for (const char* data :
         {R"({})", R"({"distance": 1})", R"({"id": null})", R"({"id": [1]})", R"({"id": {"id": 1}})",
          R"({"ride": {"id": 1}})", R"([{"id": 1}])", R"("id")", "17", "null"})
        EXPECT_EQ(key_of(data), "ride") << data;
}

TEST(RecordKey, IsTheObjectWhereTheDataAreNoJson) {
    for (const char* data :
         {"", "{", R"({"id)", R"({"id")", R"({"id":)", R"({"id": "1)", R"({"id": "\)", R"({"id": "\u00"})",
          R"({"id": "\ud83d"})", R"({"id": "\ude00"})", R"({"a": [1, "id": 2)", R"({"a": 1 "id": 2})",
          R"({"a" 1, "id": 2})", R"({id: 1})", R"({"id": one})"})
        EXPECT_EQ(key_of(data), "ride") << data;
}

TEST(RecordKey, IsFoundInDataNestedDeeply) {
    const std::string opened(1'000'000, '[');
    const std::string closed(1'000'000, ']');
    EXPECT_EQ(key_of(R"({"a": )" + opened + closed + R"(, "id": 1})"), "ride/1");
}

TEST(KeyHash, SpreadsKeysOverSegmentsEvenly) {
    constexpr int keys = 64'000;
    constexpr int segments = 64;
    std::array<int, segments> counts{};
    for (int key = 0; key < keys; ++key) ++counts.at(key_hash("ride/" + std::to_string(key)) % segments);
    // Each count is binomial: six standard deviations of 31.4 around 1,000.
    for (const int count : counts) EXPECT_NEAR(count, keys / segments, 188);
}

}  // namespace contrail
