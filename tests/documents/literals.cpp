#include "documents/literals.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace contrail::test {

namespace {

/// Walks over a C++ source. Raw strings hold SQL and Lua here, and no messages: they are passed over.
class Source {
public:
    explicit Source(std::string_view text) : rest_(text) {}

    std::vector<std::string> literals() {
        std::vector<std::string> found;
        bool joins = false;
        while (!rest_.empty()) {
            if (rest_.starts_with("R\"")) {
                skip_raw();
                joins = false;
            } else if (rest_.starts_with("//")) {
                skip_to("\n");
            } else if (rest_.starts_with("'")) {
                skip_character();
                joins = false;
            } else if (rest_.starts_with("\"")) {
                const std::string text = literal();
                if (joins) found.back() += text;
                if (!joins) found.push_back(text);
                joins = true;
            } else {
                joins = joins && std::string_view(" \n\t").find(rest_.front()) != std::string_view::npos;
                rest_.remove_prefix(1);
            }
        }
        return found;
    }

private:
    void skip_to(std::string_view end) {
        const auto at = rest_.find(end);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    void skip_raw() {
        const auto delimiter = rest_.substr(2, rest_.find('(') - 2);
        skip_to(")" + std::string(delimiter) + "\"");
    }

    /// `'"'`, `'\''`; or the apostrophe that parts digits, as in 1'000.
    void skip_character() {
        const std::size_t length = rest_.substr(1).starts_with('\\') ? 4 : 3;
        const bool is_character = rest_.size() >= length && rest_[length - 1] == '\'';
        rest_.remove_prefix(is_character ? length : 1);
    }

    std::string literal() {
        std::string text;
        for (rest_.remove_prefix(1); !rest_.empty() && rest_.front() != '"'; rest_.remove_prefix(1)) {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            text += rest_.front();
        }
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        return text;
    }

    std::string_view rest_;
};

}  // namespace

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw std::runtime_error("cannot read " + file.native());
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::filesystem::path> program_sources() {
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"src", "apps"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(std::filesystem::path(SOURCE_DIR) / folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".cpp" || extension == ".hpp") files.push_back(entry.path());
        }
    }
    return files;
}

std::vector<std::string> literals_in(std::string_view source) {
    return Source(source).literals();
}

}  // namespace contrail::test
