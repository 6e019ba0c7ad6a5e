#include "base/text.hpp"

#include <gtest/gtest.h>

namespace contrail::base {

TEST(Text, IsHarmlessWithoutControlCharacters) {
    EXPECT_EQ(harmless("one\ntwo\x1b[31m\x7F é"), "one two [31m  é");
    EXPECT_EQ(harmless("\xC2\x9B"
                       "2J \xC2\x80\xC2\x9F \xC2\xA0 \xC2"),
              "  2J      \xC2\xA0 \xC2");
}

TEST(Text, IsTrimmedAtBothEnds) {
    EXPECT_EQ(trimmed(" \tone two\r\n"), "one two");
    EXPECT_EQ(trimmed("one"), "one");
    EXPECT_EQ(trimmed(" \n"), "");
}

TEST(Text, IsAsWideAsItHasCharacters) {
    EXPECT_EQ(columns_of(""), 0);
    EXPECT_EQ(columns_of("a…é"), 3);
}

TEST(Text, IsShortenedToWhatFits) {
    EXPECT_EQ(shortened("consumer", 8), "consumer");
    EXPECT_EQ(shortened("consumer0", 8), "consume…");
    EXPECT_EQ(shortened("ééééé", 3), "éé…");
}

TEST(Text, IsWrappedAtSpaces) {
    EXPECT_EQ(wrapped("one two three", 8, 0), "one two\nthree\n");
    EXPECT_EQ(wrapped("one two three", 8, 2), "one\n  two\n  three\n");
    EXPECT_EQ(wrapped("one two", 5, 0, " \\"), "one \\\ntwo\n");
    EXPECT_EQ(wrapped("averylongword that", 8, 0), "averylongword\nthat\n");
    EXPECT_EQ(wrapped("éé éé éé", 5, 0), "éé éé\néé\n");
}

}  // namespace contrail::base
