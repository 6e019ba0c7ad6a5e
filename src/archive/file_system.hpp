#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "contrail/error.hpp"

namespace contrail::archive {

/// POSIX calls on files and folders. Each throws Error that names the file and what the system says: Retry::call, since
/// a full disk is emptied and a mount comes back.

/// The Error for a call that has set errno: "Cannot WHAT PATH: REASON."
Error system_failure(const std::string& what, const std::filesystem::path& path);

base::FileDescriptor open_to_read(const std::filesystem::path& path);
/// A new file that must not be there.
base::FileDescriptor create(const std::filesystem::path& path);
void write_all(const base::FileDescriptor& file, std::string_view bytes, const std::filesystem::path& path);
/// Reads into `buffer` from there on, and returns what it read: less than `size` only at the end of the file.
std::string read_at(const base::FileDescriptor& file, std::uint64_t from, std::size_t size,
                    const std::filesystem::path& path);
void sync(const base::FileDescriptor& file, const std::filesystem::path& path);
void sync_folder(const std::filesystem::path& folder);
void create_folder(const std::filesystem::path& folder);

/// Gives a file that is complete its name, durably, and never takes the name from another file. False: there is one
/// already; `temporary` stays. A link is what every file system does in one step, network file systems too.
[[nodiscard]] bool publish(const std::filesystem::path& temporary, const std::filesystem::path& path);

}  // namespace contrail::archive
