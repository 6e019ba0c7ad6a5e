#pragma once

#include <string_view>

namespace contrail::base {

/// True if `text` is one JSON value (RFC 8259) in UTF-8. It judges the text alone: numbers of any size and nesting of
/// any depth are JSON, and jsonb holds both, but most parsers refuse them.
bool is_json(std::string_view text);

}  // namespace contrail::base
