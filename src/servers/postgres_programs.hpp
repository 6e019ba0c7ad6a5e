#pragma once

#include <filesystem>
#include <optional>

namespace contrail::servers {

/// The folder of PostgreSQL's server programs (`initdb`, `postgres`): of the major version `version` if
/// that is given, else of the newest. Looks in /usr/lib/postgresql, where Debian puts them out of $PATH,
/// then in $PATH. Throws Error, which says what to install, if there is none.
std::filesystem::path postgres_programs(std::optional<int> version);

}  // namespace contrail::servers
