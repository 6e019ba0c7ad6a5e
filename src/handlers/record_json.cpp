#include "handlers/record_json.hpp"

#include <string_view>

#include "base/json_text.hpp"
#include "base/utc.hpp"
#include "contrail/error.hpp"

namespace contrail::handlers {

namespace {

/// More than a record takes beside its texts, unless many characters in them are escaped.
constexpr std::size_t envelope_bytes = 160;

[[noreturn]] void throw_not_json(const Record& record, std::string_view field) {
    throw Error(Retry::never, "Cannot write record " + record.id.to_string() + " as JSON: the field '" +
                                  std::string(field) +
                                  "' is not valid JSON in UTF-8. Another program wrote it to the log.");
}

void append_escaped(std::string& json, char character) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
        json += {'\\', character};
    } else if (byte < 0x20) {
        json.append("\\u00") += {digits[byte >> 4U], digits[byte & 15U]};
    } else {
        json += character;
    }
}

void append_string(std::string& json, const Record& record, std::string_view field, const std::string& text) {
    json.append(",\"").append(field).append("\":");
    const std::size_t begin = json.size();
    json += '"';
    for (const char character : text) append_escaped(json, character);
    json += '"';
    if (!base::is_json(std::string_view(json).substr(begin))) throw_not_json(record, field);
}

void append_json(std::string& json, const Record& record, std::string_view field, const std::string& text) {
    if (!base::is_json(text)) throw_not_json(record, field);
    json.append(",\"").append(field).append("\":");
    base::append_on_one_line(json, text);
}

}  // namespace

void RecordJson::append(std::string& json, const Record& record) {
    json.append("{\"id\":\"").append(record.id.to_string()).append("\",\"offset\":");
    json.append(std::to_string(record.id.offset.value));
    json.append(",\"time\":\"").append(time_of(record.id.sealed_ms)).append("\"");
    append_string(json, record, "action", record.action);
    append_string(json, record, "object", record.object);
    if (record.key) append_string(json, record, "key", *record.key);
    if (record.headers) append_json(json, record, "headers", *record.headers);
    append_json(json, record, "data", record.data);
    json += '}';
}

void RecordJson::append_array(std::string& json, std::span<const Record> records) {
    std::size_t bytes = json.size();
    for (const Record& record : records) bytes += record.bytes() + envelope_bytes;
    json.reserve(bytes);
    char separator = '[';
    for (const Record& record : records) {
        json += separator;
        append(json, record);
        separator = ',';
    }
    json += records.empty() ? "[]" : "]";
}

const std::string& RecordJson::time_of(std::uint64_t sealed_ms) {
    if (sealed_ms != sealed_ms_) {
        sealed_ms_ = sealed_ms;
        time_ = base::utc_text_ms(sealed_ms);
    }
    return time_;
}

}  // namespace contrail::handlers
