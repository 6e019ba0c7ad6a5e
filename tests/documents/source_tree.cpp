#include "documents/source_tree.hpp"

#include <algorithm>
#include <sstream>

#include "documents/literals.hpp"

namespace contrail::test {

namespace {

namespace fs = std::filesystem;

const fs::path root = SOURCE_DIR;

bool is_made_by_tools(const std::string& name) {
    return name == ".git" || name == "build" || name == "node_modules" || name == ".rocket-rides" ||
           name == "package-lock.json" || name == "corpus" || name == ".cache";
}

void add_files(const fs::path& folder, std::vector<std::string>& files) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (is_made_by_tools(entry.path().filename())) continue;
        if (entry.is_directory()) {
            add_files(entry.path(), files);
        } else if (entry.is_regular_file() && !has_ending(entry.path().native(), {".png", ".svg", ".json"})) {
            files.push_back(entry.path().lexically_relative(root));
        }
    }
}

std::vector<Line> split(const std::string& file, const std::string& text) {
    std::vector<Line> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back({file, lines.size() + 1, line});
    return lines;
}

/// Keeps the comments of a source in a language of braces, and blanks the rest.
class CommentsKept {
public:
    explicit CommentsKept(std::string_view text) : text_(text) {}

    std::string operator()() {
        while (at_ < text_.size()) {
            if (begins("//")) {
                keep(end_of("\n"));
            } else if (begins("/*")) {
                keep(end_of("*/"));
            } else if (begins("R\"")) {
                const auto parenthesis = text_.find('(', at_);
                blank(end_of(')' + std::string(text_.substr(at_ + 2, parenthesis - at_ - 2)) + '"'));
            } else if (text_[at_] == '"' || is_character()) {
                blank(end_of_literal());
            } else {
                blank(at_ + 1);
            }
        }
        return std::move(kept_);
    }

private:
    [[nodiscard]] bool begins(std::string_view with) const { return text_.substr(at_).starts_with(with); }

    /// `'x'` or `'\n'`, but not the apostrophe in 1'000.
    [[nodiscard]] bool is_character() const {
        if (text_[at_] != '\'') return false;
        return text_.substr(at_ + 2).starts_with('\'') || text_.substr(at_ + 1).starts_with('\\');
    }

    [[nodiscard]] std::size_t end_of(std::string_view delimiter) const {
        const auto found = text_.find(delimiter, at_ + 1);
        return found == std::string_view::npos ? text_.size() : found + delimiter.size();
    }

    [[nodiscard]] std::size_t end_of_literal() const {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != text_[at_]) end += text_[end] == '\\' ? 2U : 1U;
        return std::min(end + 1, text_.size());
    }

    void keep(std::size_t end) {
        kept_ += text_.substr(at_, end - at_);
        at_ = end;
    }
    void blank(std::size_t end) {
        for (; at_ < end; ++at_) kept_ += text_[at_] == '\n' ? '\n' : ' ';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string kept_;
};

std::vector<Line> after(std::string_view mark, std::vector<Line> lines) {
    for (Line& line : lines) {
        const auto at = line.text.find(mark);
        line.text = at == std::string::npos ? "" : line.text.substr(at);
    }
    return lines;
}

}  // namespace

const std::vector<std::string>& tree() {
    static const std::vector<std::string> files = [] {
        std::vector<std::string> found;
        add_files(root, found);
        std::ranges::sort(found);
        return found;
    }();
    return files;
}

bool has_ending(std::string_view file, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view ending) { return file.ends_with(ending); });
}

std::vector<Line> lines_of(const std::string& file) {
    return split(file, content_of(root / file));
}

std::vector<Line> comments_of(const std::string& file) {
    if (has_ending(file, {".md"})) return lines_of(file);
    if (has_ending(file, {".cpp", ".hpp", ".js", ".mjs", ".css", ".pml"}))
        return split(file, only_comments(content_of(root / file)));
    return after(has_ending(file, {".sql"}) ? "--" : "#", lines_of(file));
}

std::string only_comments(std::string_view text) {
    return CommentsKept(text)();
}

}  // namespace contrail::test
