#pragma once

#include <filesystem>
#include <string>

#include "contrail/record.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// What the database knows of a warehouse consumer.
struct Registration {
    contrail::RecordId checkpoint;  ///< 0-0: it has applied nothing, or is to begin at the beginning.
    std::string warehouse;          ///< The number of the file that it fills; empty: none yet.
};

/// Throws Error.
Registration registration_of(const contrail::Settings& settings, const std::string& consumer);

/// Notes which file the consumer fills, so that `verify` finds it, and the consumer fills no other. Throws
/// Error.
void register_warehouse(const contrail::Settings& settings, const std::string& consumer,
                        const std::filesystem::path& file, const std::string& warehouse);

}  // namespace rocket_rides
