#pragma once

#include <filesystem>
#include <optional>

#include "servers/server_folder.hpp"

namespace contrail::servers {

/// The database cluster of a private server is the folder `data` in the home of its folder.
constexpr auto cluster_name = "data";

/// The major version of PostgreSQL that created the cluster; nothing if there is none.
std::optional<int> cluster_version(const ServerFolder& folder);

/// Creates the cluster, with the initdb in `programs`. It exists afterwards, or not at all. If `durable`, it
/// survives a power cut from now on. Throws Error.
void create_cluster(const ServerFolder& folder, const std::filesystem::path& programs, bool durable);

}  // namespace contrail::servers
