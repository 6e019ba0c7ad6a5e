#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::base {

/// True if `text` is one JSON value (RFC 8259) in UTF-8. It judges the text alone: numbers of any size and nesting of
/// any depth are JSON, and jsonb holds both, but most parsers refuse them.
bool is_json(std::string_view text);

/// Appends JSON on one line, without white space around it. Between tokens a blank means the same as a line feed, and
/// no string can hold one. A string may hold other control characters, and keeps them.
void append_on_one_line(std::string& text, std::string_view json);

/// A member of an object as it is written: the name without its quotes, the value whole. Both may hold escapes.
struct JsonMember {
    std::string_view name;
    std::string_view value;

    bool operator==(const JsonMember&) const = default;
};

/// The members of the object that `text` is, in their order, repeated names too. Nothing if `text` is not a JSON
/// object. They point into `text`.
std::optional<std::vector<JsonMember>> members_of(std::string_view text);

}  // namespace contrail::base
