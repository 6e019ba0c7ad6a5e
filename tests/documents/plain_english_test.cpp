// Words that docs/hacking.md bans, in code, comments, messages and documents alike.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "documents/source_tree.hpp"

namespace contrail::test {

namespace {

struct Banned {
    std::vector<std::string_view> phrases;
    const char* instead;
};

const std::vector<Banned>& banned() {
    static const std::vector<Banned> all{
        {{"somebody", "someone", "anybody", "anyone", "whoever"},
         "name the role: an operator, another process, the caller, a consumer"},
        {{"nobody"}, "say `no consumer`, `no process`, or turn the sentence round"},
        {{"thereby"}, "begin a new sentence"},
        {{"of which"}, "begin a new sentence"},
        {{"be it"}, "say `whether … or …`"},
        {{"belong into", "belongs into"}, "say `belongs in`"},
        {{"at the most"}, "say `at most`"},
        {{"mend", "mends", "mended", "mending"}, "say `fix`"},
    };
    return all;
}

bool is_letter(char character) {
    return std::isalpha(static_cast<unsigned char>(character)) != 0;
}

/// `text` in lower case, with a blank before each word of a name: `KeepsNobody` becomes ` keeps nobody`.
std::string as_words(std::string_view text) {
    std::string words;
    char before = ' ';
    for (const char character : text) {
        const auto letter = static_cast<unsigned char>(character);
        if (std::isupper(letter) != 0 && std::isupper(static_cast<unsigned char>(before)) == 0) words += ' ';
        words += static_cast<char>(std::tolower(letter));
        before = character;
    }
    return words;
}

/// True if `text` has `phrase` as words of its own. `_` parts words as a blank does: names are read, too.
bool says(const std::string& text, std::string_view phrase) {
    for (auto at = text.find(phrase); at != std::string::npos; at = text.find(phrase, at + 1)) {
        const auto end = at + phrase.size();
        if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end])))
            return true;
    }
    return false;
}

/// The rules name the words, and this file does. `each of which` is good English. A user of that name and a key of
/// the doctor's JSON are none of them.
bool may_say_so(const Line& line) {
    return line.file == "docs/hacking.md" || line.file == "tests/documents/plain_english_test.cpp" ||
           line.text.find("each of which") != std::string::npos ||
           line.text.find("one of which") != std::string::npos ||
           line.text.find("nobody@") != std::string::npos ||
           line.text.find("\"nobody\"") != std::string::npos ||
           line.text.find("\"mend\"") != std::string::npos || line.text.find("`mend`") != std::string::npos;
}

}  // namespace

TEST(PlainEnglish, DoesWithoutTheBannedWords) {
    for (const std::string& file : tree()) {
        for (const Line& line : lines_of(file)) {
            if (may_say_so(line)) continue;
            const std::string text = as_words(line.text);
            for (const auto& [phrases, instead] : banned())
                for (const std::string_view phrase : phrases)
                    EXPECT_FALSE(says(text, phrase))
                        << line.place() << ": \"" << phrase << "\": " << instead << '.';
        }
    }
}

}  // namespace contrail::test
