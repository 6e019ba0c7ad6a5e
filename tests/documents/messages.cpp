#include "documents/messages.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "documents/literals.hpp"

namespace contrail::test {

namespace {

constexpr std::string_view elided = "…";

/// What has been read of the expression in one pair of brackets.
struct Expression {
    bool is_log_line = false;
    bool is_help = false;  ///< What follows the name of a metric, or is the argument of Help().
    bool has_literal = false;
    bool other_since_literal = false;
    std::string text;
};

bool is_log_call(const std::string& word) {
    static const std::set<std::string> calls{"debug", "info", "warn", "error"};
    return calls.contains(word);
}

/// True if `token` ends a text. `+` and `<<` join texts.
bool ends_text(const std::string& token) {
    static const std::set<std::string> ends{",",  ";",  "?",  ":",      "=",     "+=",   "&&",
                                            "||", "==", "!=", "return", "throw", "case", "co_return"};
    return ends.contains(token);
}

/// `text` as the catalogue shows it: … for each placeholder, and once for several.
std::string shown(std::string text) {
    text = std::regex_replace(text, std::regex(R"(\{[a-z_0-9:.]*\})"), std::string(elided));
    text = std::regex_replace(text, std::regex("(…)+"), std::string(elided));
    text = std::regex_replace(text, std::regex("^…(?=[A-Z-])"), "");
    const auto begin = text.find_first_not_of(" \n");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

bool is_message(const std::string& text, bool is_log_line) {
    static const std::regex ending("[.!](…)?$|: ?…$");
    static const std::regex prose("[a-z]{2} ([a-z`']|…)");
    std::istringstream words(text);
    const auto count = std::distance(std::istream_iterator<std::string>(words), {});
    return count >= 3 && text.find('\n') == std::string::npos && std::regex_search(text, prose) &&
           (is_log_line || std::regex_search(text, ending));
}

class Reader {
public:
    std::vector<std::string> read(std::string_view source) {
        std::string before;
        for (const Token& token : tokens_of(source)) {
            if (token.literal) {
                add_literal(token.text);
            } else {
                add_symbol(token.text, before);
            }
            before = token.text;
        }
        end_text();
        return std::move(messages_);
    }

private:
    void add_literal(const std::string& text) {
        Expression& expression = nesting_.back();
        if (expression.other_since_literal) expression.text += elided;
        expression.other_since_literal = false;
        expression.has_literal = true;
        expression.text += text;
    }

    void add_symbol(const std::string& symbol, const std::string& before) {
        if (symbol == "(" || symbol == "[" || symbol == "{") {
            nesting_.back().other_since_literal = true;
            nesting_.push_back({symbol == "(" && is_log_call(before), before == "Help", false, false, {}});
        } else if (symbol == ")" || symbol == "]" || symbol == "}") {
            end_text();
            if (nesting_.size() > 1) nesting_.pop_back();
            if (symbol == "}") end_text();
        } else if (ends_text(symbol)) {
            end_text();
        } else if (symbol != "+" && symbol != "<<") {
            nesting_.back().other_since_literal = true;
        }
    }

    void end_text() {
        Expression& expression = nesting_.back();
        if (expression.has_literal) {
            if (expression.other_since_literal) expression.text += elided;
            const std::string text = shown(expression.text);
            if (text.starts_with("contrail_") || text.starts_with("process_")) expression.is_help = true;
            if (!expression.is_help && is_message(text, expression.is_log_line)) messages_.push_back(text);
        }
        expression = {expression.is_log_line, expression.is_help, false, false, {}};
    }

    std::vector<Expression> nesting_{1};
    std::vector<std::string> messages_;
};

}  // namespace

std::vector<std::string> messages_in(std::string_view source) {
    return Reader().read(source);
}

std::string sort_key(std::string_view message) {
    std::string key;
    for (const char character : message) {
        const auto letter = static_cast<unsigned char>(character);
        if (std::isalpha(letter) != 0) key += static_cast<char>(std::tolower(letter));
    }
    return key;
}

std::vector<std::string> messages_of_programs() {
    std::map<std::string, std::string> by_key;
    for (const auto& file : program_sources()) {
        if (file.native().find("src/testing/") != std::string::npos) continue;
        for (const std::string& message : messages_in(content_of(file)))
            by_key.emplace(sort_key(message) + '\0' + message, message);
    }
    std::vector<std::string> messages;
    for (auto& [key, message] : by_key) messages.push_back(std::move(message));
    return messages;
}

}  // namespace contrail::test
