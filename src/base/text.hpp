#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace contrail::base {

// Text for people, in UTF-8. A column is a character.

/// What a terminal or a line of a log may show of a text from an untrusted source: spaces replace the bytes of control
/// characters (U+0000 to U+001F, U+007F to U+009F), line feeds among them. Not for JSON, whose strings may hold some.
std::string harmless(std::string text);

/// `text` without the white space around it.
std::string_view trimmed(std::string_view text);

/// How many columns `text` takes.
std::size_t columns_of(std::string_view text);

/// `text`, or so much of its beginning that with an ellipsis it takes `columns_max`.
std::string shortened(std::string_view text, std::size_t columns_max);

/// Breaks `text` at spaces into lines of at most `columns_max` with their indentation: `indent` spaces before
/// each line but the first, where the caller has taken as many columns. `joint` ends every line but the last.
std::string wrapped(std::string_view text, std::size_t columns_max, std::size_t indent,
                    std::string_view joint = "");

}  // namespace contrail::base
