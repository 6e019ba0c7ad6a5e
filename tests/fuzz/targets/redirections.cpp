#include "core/require.hpp"
#include "fuzz/targets.hpp"
#include "redis/cluster.hpp"

namespace contrail::fuzz {

void redirections(std::string_view input) {
    const auto moved = redis::moved_to(input, {.name = "asked", .port = 6379});
    if (!moved) return;
    require(!moved->name.empty() && moved->port > 0, "a redirection leads to an address");
}

}  // namespace contrail::fuzz
