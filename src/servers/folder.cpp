#include "servers/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Opens a folder relative to `parent`, and creates it if it does not exist.
FileDescriptor open_or_create(int parent, const char* name, const std::filesystem::path& path) {
    if (::mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
        throw system_error("Cannot create the folder " + path.string());
    FileDescriptor folder(::openat(parent, name, folder_flags));
    if (folder.get() >= 0) return folder;
    const bool is_no_folder = errno == ENOTDIR || errno == ELOOP;
    throw system_error("Cannot open the folder " + path.string() +
                       (is_no_folder ? ", because it is a link or a file" : ""));
}

}  // namespace

Folder::Folder(std::filesystem::path path)
    : path_(std::move(path)),
      descriptor_(open_or_create(AT_FDCWD, path_.c_str(), path_)) {}

Folder::Folder(std::filesystem::path path, FileDescriptor descriptor)
    : path_(std::move(path)),
      descriptor_(std::move(descriptor)) {}

Folder Folder::subfolder(const std::string& name) const {
    return {path_ / name, open_or_create(descriptor_.get(), name.c_str(), path_ / name)};
}

std::optional<Folder> Folder::find_subfolder(const std::string& name) const {
    FileDescriptor found(::openat(descriptor_.get(), name.c_str(), folder_flags));
    if (found.get() >= 0) return Folder(path_ / name, std::move(found));
    if (errno == ENOENT) return std::nullopt;
    throw system_error("Cannot open the folder " + (path_ / name).string());
}

uid_t Folder::owner() const {
    struct stat status {};
    if (::fstat(descriptor_.get(), &status) != 0)
        throw system_error("Cannot read who owns " + path_.string());
    return status.st_uid;
}

void Folder::set_owner(uid_t user, gid_t group) const {
    if (::fchown(descriptor_.get(), user, group) != 0)
        throw system_error("Cannot change the owner of " + path_.string());
}

void Folder::set_mode(mode_t mode) const {
    if (::fchmod(descriptor_.get(), mode) != 0)
        throw system_error("Cannot change the mode of " + path_.string());
}

FileDescriptor Folder::open_file(const std::string& name, int flags) const {
    FileDescriptor file(::openat(descriptor_.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.get() >= 0) return file;
    throw system_error("Cannot open " + (path_ / name).string() +
                       (errno == ELOOP ? ", because it is a link" : ""));
}

std::optional<std::string> Folder::beginning(const std::string& name) const {
    // Without waiting: it may be a pipe, and only a regular file counts.
    const FileDescriptor file(
        ::openat(descriptor_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    std::array<char, 4096> text{};
    const ssize_t length = ::read(file.get(), text.data(), text.size());
    if (length < 0) throw system_error("Cannot read " + (path_ / name).string());
    return std::string(text.data(), static_cast<std::size_t>(length));
}

void Folder::rename(const std::string& from, const std::string& to) const {
    if (::renameat(descriptor_.get(), from.c_str(), descriptor_.get(), to.c_str()) != 0)
        throw system_error("Cannot rename " + (path_ / from).string() + " to " + to);
}

void Folder::remove_file(const std::string& name) const {
    if (::unlinkat(descriptor_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
        throw system_error("Cannot remove " + (path_ / name).string());
}

void Folder::sync_file_system() const {
    if (::syncfs(descriptor_.get()) != 0) throw system_error("Cannot write " + path_.string() + " to disk");
}

void create_folders(const std::filesystem::path& folder, std::optional<gid_t> group) {
    if (folder.empty() || std::filesystem::exists(folder)) return;
    create_folders(folder.parent_path(), group);
    const Folder created(folder);
    if (!group) return;
    created.set_owner(::geteuid(), *group);
    created.set_mode(0710);
}

}  // namespace contrail::servers
