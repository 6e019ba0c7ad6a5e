#include "core/owner_note.hpp"
#include "core/require.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void notes(std::string_view input) {
    const auto noted = parse_owner_note(input);
    if (!noted) return;
    require(to_owner_note(*noted) == input, "a note is read as it was written");
    require(!noted->owner.id.empty(), "an owner has an id");
}

}  // namespace contrail::fuzz
