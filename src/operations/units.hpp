#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace contrail::operations {

/// `0 B`, `512 B`, `1.5 MiB`.
std::string bytes_text(std::uint64_t bytes);

/// `350 ms`, `12 s`, `5 min`, `3 h`, `4 d`; rounded down.
std::string duration_text(std::chrono::milliseconds duration);

/// `1,204,331`.
std::string count_text(std::uint64_t count);

/// `1 record`, `1,204,331 records`.
std::string records_text(std::uint64_t count);

}  // namespace contrail::operations
