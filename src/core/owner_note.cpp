#include "core/owner_note.hpp"

#include <algorithm>

namespace contrail {

namespace {

bool is_id(std::string_view text) {
    constexpr std::size_t characters_max = 100;
    return !text.empty() && text.size() <= characters_max &&
           std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

}  // namespace

std::string to_owner_note(const NotedOwner& noted) {
    return noted.owner.id + ' ' + (noted.moved_from.empty() ? "-" : noted.moved_from) + ' ' +
           noted.owner.name;
}

std::optional<NotedOwner> parse_owner_note(std::string_view text) {
    const std::size_t first = text.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const std::string_view id = text.substr(0, first);
    const std::string_view moved_from = text.substr(first + 1, second - first - 1);
    if (!is_id(id) || !is_id(moved_from)) return std::nullopt;
    return NotedOwner{.owner = {std::string(id), std::string(text.substr(second + 1))},
                      .moved_from = moved_from == "-" ? std::string() : std::string(moved_from)};
}

}  // namespace contrail
