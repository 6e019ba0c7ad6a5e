#include "postgres/utf8.hpp"

#include <gtest/gtest.h>

namespace contrail::postgres {

struct Text {
    std::string bytes;
    std::string text;
};

TEST(Utf8Text, IsWhatWasUtf8AndMarksTheRest) {
    const Text texts[] = {
        {"", ""},
        {"plain", "plain"},
        {"Müller, 飛行, 🚀", "Müller, 飛行, 🚀"},
        {std::string("a\0b", 3), "a\uFFFDb"},
        {"latin \xFC", "latin \uFFFD"},
        {"cut \xE2\x82", "cut \uFFFD\uFFFD"},
        {"\x80", "\uFFFD"},
        {"overlong \xC0\xAF", "overlong \uFFFD\uFFFD"},
        {"surrogate \xED\xA0\x80", "surrogate \uFFFD\uFFFD\uFFFD"},
        {"too far \xF4\x90\x80\x80", "too far \uFFFD\uFFFD\uFFFD\uFFFD"},
        {"the last \xF4\x8F\xBF\xBF", "the last \xF4\x8F\xBF\xBF"},
    };
    for (const auto& [bytes, text] : texts) EXPECT_EQ(utf8_text(bytes, 100), text) << bytes;
}

TEST(Utf8Text, EndsAfterSoManyCharacters) {
    EXPECT_EQ(utf8_text("üüü", 3), "üüü");
    EXPECT_EQ(utf8_text("üüüü", 3), "üüü…");
}

}  // namespace contrail::postgres
