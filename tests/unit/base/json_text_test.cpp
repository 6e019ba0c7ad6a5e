#include "base/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace contrail::base {

using namespace std::string_literals;

TEST(JsonText, IsWhatTheGrammarSays) {
    for (const auto& text :
         {"null"s, "true"s, " false "s, "0"s, "-0.5e-7"s, "12345678901234567890123"s, "1E+2"s, R"("")"s,
          R"("a\"\\\/\b\f\n\r\t\u00e9")"s, "\"é€𝄞\""s, "[]"s, "{}"s, "[ ]"s, "[1,[2,{}],{\"a\":[]}]"s,
          "{\"a\" : 1 , \"b\":{\"a\":null}}"s, "\t[\n1\r, 2 ]"s})
        EXPECT_TRUE(is_json(text)) << text;
}

TEST(JsonText, MayHoldNumbersOfAnySizeAndNestingOfAnyDepth) {
    EXPECT_TRUE(is_json("1e400"));
    EXPECT_TRUE(is_json("{\"a\": -1e131071, \"b\": " + std::string(100'000, '9') + "}"));
    EXPECT_TRUE(is_json(std::string(1'000'000, '[') + std::string(1'000'000, ']')));
    EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST(JsonText, IsNothingElse) {
    for (const auto& text :
         {""s,        " "s,        "nul"s,        "nullx"s,       "True"s,        "01"s,        "+1"s,
          "1."s,      ".5"s,       "-"s,          "1e"s,          "1e+"s,         "NaN"s,       "Infinity"s,
          "'a'"s,     R"(")"s,     R"("\")"s,     R"("\x")"s,     R"("\u12g4")"s, R"("\u12")"s, "\"\n\""s,
          "["s,       "]"s,        "[1,]"s,       "[,1]"s,        "[1 2]"s,       "[1}"s,       "{1:2}"s,
          "{\"a\"}"s, "{\"a\":}"s, "{\"a\":1,}"s, "{\"a\":1,2}"s, "{\"a\" 1}"s,   "1 2"s,       "[] []"s,
          "{}]"s,     "\0"s})
        EXPECT_FALSE(is_json(text)) << text;
}

TEST(JsonText, FitsOnOneLineWithItsStringsUnchanged) {
    std::string text = "=";
    append_on_one_line(text, "\n{\"a\":\t[1,\r\n\"\x7F\u0085\"]}\n");
    EXPECT_EQ(text, "={\"a\": [1,  \"\x7F\u0085\"]}");
}

TEST(JsonText, IsTakenApartIntoMembers) {
    using Members = std::vector<JsonMember>;
    EXPECT_EQ(members_of("{}"), Members{});
    EXPECT_EQ(members_of(" {\t} "), Members{});
    EXPECT_EQ(members_of(R"({"a":1,"":[2,{"b":3}], "c" : "}\"," , "a":{"d":[]} })"),
              (Members{{"a", "1"}, {"", R"([2,{"b":3}])"}, {"c", R"("}\",")"}, {"a", R"({"d":[]})"}}));
    EXPECT_EQ(members_of(R"({"a\\":"\\","\"":1e400})"), (Members{{R"(a\\)", R"("\\")"}, {R"(\")", "1e400"}}));
    for (const auto& other : {""s, "[]"s, "1"s, "\"{}\""s, "{"s, "{\"a\"}"s})
        EXPECT_EQ(members_of(other), std::nullopt);
}

TEST(JsonText, IsUtf8) {
    for (const auto& bytes :
         {"\xff"s, "\x80"s, "\xc0\xaf"s, "\xc3"s, "\xc3("s, "\xe0\x80\x80"s, "\xed\xa0\x80"s, "\xe2\x82"s,
          "\xf0\x80\x80\x80"s, "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s})
        EXPECT_FALSE(is_json('"' + bytes + '"'));
    for (const auto& bytes :
         {"\xc2\x80"s, "\xe0\xa0\x80"s, "\xed\x9f\xbf"s, "\xf0\x90\x80\x80"s, "\xf4\x8f\xbf\xbf"s})
        EXPECT_TRUE(is_json('"' + bytes + '"'));
}

}  // namespace contrail::base
