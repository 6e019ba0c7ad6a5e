#pragma once

#include <string>

namespace contrail::operations {

/// `text` as a JSON string. The text of a foreign writer need not be UTF-8: what is not becomes U+FFFD.
std::string json_string(const std::string& text);

/// A record's data or headers as a JSON value on one line: unchanged, because a parser could change numbers. Text that
/// is not JSON becomes a string.
std::string json_value(const std::string& text);

}  // namespace contrail::operations
