#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contrail/consumer_owner.hpp"

namespace contrail {

// How a log notes the owner of a consumer: `<id> <id before a move, or -> <name>`.

std::string to_owner_note(const NotedOwner& noted);

/// Nothing if `text` has another form. Any program that may report can write anything there, so the registry and
/// messages get no id of another form.
std::optional<NotedOwner> parse_owner_note(std::string_view text);

}  // namespace contrail
