#pragma once

#include <cstdint>
#include <filesystem>

#include "contrail/record.hpp"

namespace rocket_rides {

/// What a warehouse's file adds up to, at one moment.
struct WarehouseContents {
    contrail::RecordId last_id;  ///< The last record applied.
    std::uint64_t count = 0;     ///< rides
    double sum = 0;              ///< metres
    std::uint64_t digest = 0;    ///< See RideDigest.
};

/// Reads a warehouse's file, while others may write to it. Throws Error if that cannot be done.
WarehouseContents read_warehouse(const std::filesystem::path& file);

}  // namespace rocket_rides
