#pragma once

#include <filesystem>
#include <optional>

namespace contrail::servers {

/// The folder of PostgreSQL's server programs (`initdb`, `postgres`): the one that the variable
/// CONTRAIL_POSTGRES_PROGRAMS names, of any version; else that of a major version, or of the newest one. Searches
/// /usr/lib/postgresql, where Debian has them outside of $PATH, then $PATH. Throws Error, which names the
/// package, if there are none.
std::filesystem::path postgres_programs(std::optional<int> version);

}  // namespace contrail::servers
