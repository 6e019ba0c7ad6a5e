// Lines are no wider than a reader's window.

#include <gtest/gtest.h>

#include <algorithm>

#include "documents/source_tree.hpp"

namespace contrail::test {

namespace {

constexpr std::size_t code_columns_max = 120;  // clang-format wraps code at 110, and no strings and comments.
constexpr std::size_t prose_columns_max = 140;

/// Characters. Some take several bytes.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

/// What cannot be broken: a table's row, a picture, a command, and what tests and tools write or compare.
bool may_be_wide(const Line& line, bool in_block) {
    return in_block || line.text.starts_with("    ") || line.text.starts_with('|') ||
           line.text.starts_with("![");
}

}  // namespace

TEST(Lines, AreNotWiderThanTheirLimit) {
    for (const std::string& file : tree()) {
        const bool prose = has_ending(file, {".md"});
        if (!prose && !has_ending(file, {".cpp", ".hpp"})) continue;
        const std::size_t columns_max = prose ? prose_columns_max : code_columns_max;
        bool in_block = false;
        for (const Line& line : lines_of(file)) {
            if (prose && (line.text.starts_with("```") || line.text.starts_with("<!-- ")))
                in_block = !in_block;
            if (prose && may_be_wide(line, in_block)) continue;
            EXPECT_LE(columns(line.text), columns_max) << line.place() << ": wrap this line.";
        }
    }
}

}  // namespace contrail::test
