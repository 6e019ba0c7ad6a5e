#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"

namespace contrail::servers {

using base::FileDescriptor;

/// An open folder. A name is a single name in it, and no call follows a link. So a user who may write into
/// the folder cannot lead this process, which may be root, to another place.
///
/// Errors  Every call throws Error (Retry::never), which names the path.
class Folder {
public:
    /// Opens the folder. Creates it, for its owner alone, if it does not exist; its parent must exist.
    explicit Folder(std::filesystem::path path);

    /// The same for a folder in this one.
    [[nodiscard]] Folder subfolder(const std::string& name) const;

    /// The folder in this one; nothing if there is none of that name.
    [[nodiscard]] std::optional<Folder> find_subfolder(const std::string& name) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    [[nodiscard]] uid_t owner() const;
    void set_owner(uid_t user, gid_t group) const;
    void set_mode(mode_t mode) const;

    /// Opens a file with the `flags` of open(2). With O_CREAT it creates the file for its owner alone.
    [[nodiscard]] FileDescriptor open_file(const std::string& name, int flags) const;

    /// The beginning of a regular file, up to 4 KiB; nothing if there is none of that name.
    [[nodiscard]] std::optional<std::string> beginning(const std::string& name) const;

    void rename(const std::string& from, const std::string& to) const;
    /// Removes a file, or a link itself.
    void remove_file(const std::string& name) const;

    /// Returns once all data of the file system are on disk.
    void sync_file_system() const;

private:
    Folder(std::filesystem::path path, FileDescriptor descriptor);

    std::filesystem::path path_;
    FileDescriptor descriptor_;
};

/// Creates a folder and its missing parents, each for its owner alone. Members of `group` may pass through
/// those that it creates, if there is a group. Folders that exist stay as they are. Throws Error.
void create_folders(const std::filesystem::path& folder, std::optional<gid_t> group);

}  // namespace contrail::servers
