#pragma once

#include <filesystem>
#include <optional>

#include "servers/server_folder.hpp"

namespace contrail::servers {

/// The major version of PostgreSQL that made the database cluster in `data`; nothing if there is none.
std::optional<int> cluster_version(const std::filesystem::path& data);

/// Makes a database cluster in `data`, which lies in `folder` and is not there yet, with the initdb in
/// `programs`. It is there as a whole or not at all. `durable`: it survives a power cut from now on.
/// Throws Error.
void make_cluster(const ServerFolder& folder, const std::filesystem::path& programs,
                  const std::filesystem::path& data, bool durable);

}  // namespace contrail::servers
