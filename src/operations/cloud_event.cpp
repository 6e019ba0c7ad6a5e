#include "operations/cloud_event.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/utc.hpp"
#include "operations/json_value.hpp"

namespace contrail::operations {

namespace {

using base::JsonMember;

/// What the record itself decides, and `headers`, which takes the headers that are no attributes. `dataschema` is
/// free: a header of that name is the attribute.
constexpr std::array<std::string_view, 10> taken_names{"specversion",  "id",     "source",          "type",
                                                       "subject",      "time",   "datacontenttype", "data",
                                                       "partitionkey", "headers"};

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Strings of CloudEvents hold no control characters. A JSON text hides them behind escapes: all but `\"`, `\\` and
/// `\/` are taken for one.
bool has_control_character(std::string_view json_string) {
    for (std::size_t at = 0; at < json_string.size(); ++at) {
        const char c = json_string[at];
        const char next = at + 1 < json_string.size() ? json_string[at + 1] : '\0';
        if (c == '\x7F') return true;
        if (c == '\xC2' && static_cast<unsigned char>(next) < 0xA0) return true;  // U+0080 to U+009F
        if (c != '\\') continue;
        if (next != '"' && next != '\\' && next != '/') return true;
        ++at;
    }
    return false;
}

/// The types of CloudEvents have no decimal and no null; their integers have 32 bits.
bool is_attribute_value(std::string_view json) {
    if (json.starts_with('"')) return !has_control_character(json);
    if (json == "true" || json == "false") return true;
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
    return error == std::errc{} && end == json.data() + json.size();
}

bool is_attribute(const JsonMember& header) {
    return !header.name.empty() && std::ranges::all_of(header.name, is_lower_or_digit) &&
           std::ranges::find(taken_names, header.name) == taken_names.end() &&
           is_attribute_value(header.value);
}

void append_member(std::string& object, std::string_view name, std::string_view json) {
    object.append(object.size() > 1 ? ",\"" : "\"").append(name).append("\":").append(json);
}

/// Headers become attributes where CloudEvents allows it. The others keep their form, in one attribute that is the
/// text of a JSON object: nothing is lost, and nothing changes its name.
void append_headers(std::string& event, const std::string& headers) {
    const auto members = base::members_of(headers);
    if (!members) return append_member(event, "headers", json_string(headers));
    std::string others = "{";
    std::set<std::string_view> names;  // a foreign writer may repeat one
    for (const JsonMember& header : *members) {
        const bool becomes_attribute = is_attribute(header) && names.insert(header.name).second;
        append_member(becomes_attribute ? event : others, header.name, header.value);
    }
    if (others.size() > 1) append_member(event, "headers", json_string(others + '}'));
}

}  // namespace

std::string cloud_event_source(const StreamName& log) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string source = "/contrail/";
    for (const char c : log.str()) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(c)) {
            source += c;
        } else {
            source.append({'%', digits[byte / 16], digits[byte % 16]});
        }
    }
    return source;
}

void append_cloud_event(std::string& out, const Record& record, std::string_view source) {
    std::string event = "{";
    const auto add = [&](std::string_view name, const std::string& text) {
        append_member(event, name, json_string(base::harmless(text)));
    };
    const bool data_is_json = base::is_json(record.data);
    add("specversion", "1.0");
    add("id", record.id.to_string());
    add("source", std::string(source));
    add("type", record.object + '.' + record.action);
    add("time", base::utc_text_ms(record.id.sealed_ms));
    add("datacontenttype", data_is_json ? "application/json" : "text/plain");
    if (record.key && !record.key->empty()) {  // CloudEvents wants both not empty
        add("subject", *record.key);
        add("partitionkey", *record.key);
    }
    if (record.headers) append_headers(event, *record.headers);
    append_member(event, "data", json_value(record.data));
    out.append(event).append("}");
}

}  // namespace contrail::operations
