#pragma once

#include <filesystem>

#include "support/copy_with_owners.hpp"

namespace contrail::test {

/// Where a Redis keeps what it appends to, below its folder `data`: a folder since Redis 7, one file before.
inline std::filesystem::path append_only_files(const std::filesystem::path& data) {
    const auto folder = data / "appendonlydir";
    return std::filesystem::exists(folder) ? folder : data / "appendonly.aof";
}

/// Puts `older`, a copy of append_only_files(data), in their place. The Redis of `data` must not run.
inline void put_back_append_only_files(const std::filesystem::path& data,
                                       const std::filesystem::path& older) {
    const auto files = append_only_files(data);
    std::filesystem::remove_all(files);
    copy_with_owners(older, files);
}

}  // namespace contrail::test
