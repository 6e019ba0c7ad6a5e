#include "handlers/command_words.hpp"

#include <gtest/gtest.h>

namespace contrail::handlers {

namespace {

struct Line {
    std::string text;
    std::optional<std::vector<std::string>> words;
};

using Words = std::vector<std::string>;

}  // namespace

TEST(CommandWords, AreThoseOfAShellWithoutItsMagic) {
    const Line lines[] = {
        {"./mailer", Words{"./mailer"}},
        {"  ruby \t mailer.rb --dry-run\n", Words{"ruby", "mailer.rb", "--dry-run"}},
        {R"(sh -c 'read line && echo "$line"')", Words{"sh", "-c", R"(read line && echo "$line")"}},
        {R"("a \"b\" \\ \n" c\ d)", Words{R"(a "b" \ \n)", "c d"}},
        {R"(--name=''"x"y '')", Words{"--name=xy", ""}},
        {"echo $HOME * | cat", Words{"echo", "$HOME", "*", "|", "cat"}},
        {"", std::nullopt},
        {" \t", std::nullopt},
        {"echo 'open", std::nullopt},
        {"echo \"open", std::nullopt},
        {"echo \\", std::nullopt},
    };
    for (const Line& line : lines) EXPECT_EQ(command_words(line.text), line.words) << line.text;
}

}  // namespace contrail::handlers
