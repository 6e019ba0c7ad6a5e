#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace contrail {

/// A string's capacity that assign_text() keeps. More, times the thousand records of a chunk, would be a gigabyte
/// after a few large ones.
constexpr std::size_t text_capacity_kept_max = 4'096;

/// Replaces the text of a record that is used again. It allocates only for a text that is longer than any before, or
/// that follows a large one.
inline void assign_text(std::string& to, std::string_view text) {
    if (to.capacity() > text_capacity_kept_max) std::string().swap(to);  // only this frees its memory
    to.assign(text);
}

inline void assign_text(std::optional<std::string>& to, std::optional<std::string_view> text) {
    if (!text) return to.reset();
    if (!to) to.emplace();
    assign_text(*to, *text);
}

}  // namespace contrail
