#pragma once

#include <filesystem>

#include "chaos/verdict/evidence.hpp"
#include "contrail/settings.hpp"

namespace chaos {

/// Reads rides, staged records and consumers from Postgres, in one snapshot. Throws Error.
void collect_from_postgres(const contrail::Settings& direct, Evidence& evidence);

/// Reads the warehouse's rides from its file. Throws Error.
void collect_from_warehouse(const std::filesystem::path& file, Evidence& evidence);

/// Reads what is not damaged of the archive in a folder, and checks it as `contrail archive verify` does. Throws Error.
void collect_from_archive(const std::filesystem::path& folder, Evidence& evidence);

}  // namespace chaos
