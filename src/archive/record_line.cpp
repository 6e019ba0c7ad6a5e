#include "archive/record_line.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json_text.hpp"
#include "base/utc.hpp"

namespace contrail::archive {

namespace {

/// What a JSON string holds as it is. Others are escaped, or are no ASCII and may be no UTF-8.
bool is_plain(char c) {
    return c >= 0x20 && c != '"' && c != '\\';
}

void append_string(std::string& text, std::string_view value) {
    if (std::ranges::all_of(value, &is_plain)) {
        text.append("\"").append(value).append("\"");
        return;
    }
    text += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_json(std::string& text, const std::string& value) {
    if (!base::is_json(value)) return append_string(text, value);
    base::append_on_one_line(text, value);
}

/// Takes pieces of a line off its front. Each function returns false if the line does not begin with its piece.
class LineScanner {
public:
    explicit LineScanner(std::string_view line) : rest_(line) {}

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    bool take_id(RecordId& id) {
        const auto end = rest_.find('"');
        if (end == std::string_view::npos) return false;
        const auto parsed = RecordId::parse(rest_.substr(0, end));
        if (!parsed) return false;
        id = *parsed;
        rest_.remove_prefix(end + 1);
        return true;
    }

    bool take_number(std::uint64_t& number) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (error != std::errc()) return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }

    /// Up to the quotation mark after a string that needs no escapes.
    bool take_plain(std::string_view& text) {
        const auto end = rest_.find('"');
        if (end == std::string_view::npos) return false;
        text = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return true;
    }

    /// A string and its quotation marks.
    bool take_string(std::string& text) {
        const std::string_view value = string_at_front();
        if (value.empty()) return false;
        rest_.remove_prefix(value.size());
        const std::string_view inner = value.substr(1, value.size() - 2);
        if (inner.find('\\') == std::string_view::npos) {
            text.assign(inner);
            return true;
        }
        const auto parsed = nlohmann::json::parse(value, nullptr, /*allow_exceptions=*/false);
        if (!parsed.is_string()) return false;
        text = parsed.get<std::string>();
        return true;
    }

    /// An object, as it is written.
    bool take_object(std::string& text) {
        if (!rest_.starts_with('{')) return false;
        std::size_t depth = 0;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            const char c = rest_[at];
            if (c == '"') {
                const std::size_t length = string_length(at);
                if (length == 0) return false;
                at += length - 1;
            }
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && --depth == 0) {
                text.assign(rest_.substr(0, at + 1));
                rest_.remove_prefix(at + 1);
                return true;
            }
        }
        return false;
    }

    /// All but the brace that ends the line.
    bool take_rest(std::string& text) {
        if (rest_.size() < 2 || !rest_.ends_with('}')) return false;
        text.assign(rest_.substr(0, rest_.size() - 1));
        return true;
    }

private:
    [[nodiscard]] std::string_view string_at_front() const { return rest_.substr(0, string_length(0)); }

    /// Of the string that begins there, with its quotation marks; 0 if there is none.
    [[nodiscard]] std::size_t string_length(std::size_t begin) const {
        if (begin >= rest_.size() || rest_[begin] != '"') return 0;
        for (std::size_t at = begin + 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') return at + 1 - begin;
            if (rest_[at] == '\\') ++at;
        }
        return 0;
    }

    std::string_view rest_;
};

}  // namespace

void RecordLines::append(std::string& text, const Record& record) {
    text.append(R"({"id":")").append(record.id.to_string()).append(R"(","offset":)");
    text.append(std::to_string(record.id.offset.value));
    text.append(R"(,"sealed_at":")").append(time_of(record.id.sealed_ms)).append(R"(","action":)");
    append_string(text, record.action);
    text.append(R"(,"object":)");
    append_string(text, record.object);
    if (record.key) append_string(text.append(R"(,"key":)"), *record.key);
    if (record.headers) append_json(text.append(R"(,"headers":)"), *record.headers);
    append_json(text.append(R"(,"data":)"), record.data);
    text.append("}\n");
}

const std::string& RecordLines::time_of(std::uint64_t sealed_ms) {
    if (sealed_ms != sealed_ms_) {
        sealed_ms_ = sealed_ms;
        time_ = base::utc_text_ms(sealed_ms);
    }
    return time_;
}

bool read_record_line(std::string_view line, Record& record) {
    LineScanner scanner(line);
    std::uint64_t offset = 0;
    std::string_view time;
    record.key.reset();
    record.headers.reset();
    if (!scanner.take(R"({"id":")") || !scanner.take_id(record.id)) return false;
    if (!scanner.take(R"(,"offset":)") || !scanner.take_number(offset) || offset != record.id.offset.value)
        return false;
    if (!scanner.take(R"(,"sealed_at":")") || !scanner.take_plain(time)) return false;
    if (!scanner.take(R"(,"action":)") || !scanner.take_string(record.action)) return false;
    if (!scanner.take(R"(,"object":)") || !scanner.take_string(record.object)) return false;
    if (scanner.take(R"(,"key":)") && !scanner.take_string(record.key.emplace())) return false;
    if (scanner.take(R"(,"headers":)") && !scanner.take_object(record.headers.emplace())) return false;
    return scanner.take(R"(,"data":)") && scanner.take_rest(record.data);
}

}  // namespace contrail::archive
