#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::handlers {

/// Splits a command line into words at white space. As in a shell, '…' keeps everything, "…" keeps everything but a
/// backslash before `"` or `\`, and a backslash elsewhere keeps the next character. Nothing else is special: no
/// variables, no wildcards, no pipes. Nothing if a quote stays open, or if there is no word.
std::optional<std::vector<std::string>> command_words(std::string_view line);

}  // namespace contrail::handlers
