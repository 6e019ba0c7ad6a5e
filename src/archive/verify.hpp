#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "archive/folder.hpp"

namespace contrail::archive {

/// What an archive holds.
struct Verified {
    RecordId first;
    RecordId last;
    std::uint64_t files = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;          ///< On disk.
    std::uint64_t content_bytes = 0;  ///< Uncompressed.
    std::uint64_t flaws = 0;
};

/// Reads every file of an archive to its end: checksums, density, order, and each line. Calls `on_flaw` with each flaw,
/// and goes on with the next file. What follows the last file cannot be known here: a consumer that starts there finds
/// out. Throws Error where the folder cannot be read, or is no archive.
Verified verify(const Folder& folder, const std::function<void(const std::string&)>& on_flaw);

}  // namespace contrail::archive
