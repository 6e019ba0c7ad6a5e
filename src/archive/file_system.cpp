#include "archive/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace contrail::archive {

Error system_failure(const std::string& what, const std::filesystem::path& path) {
    return {Retry::call,
            "Cannot " + what + ' ' + path.string() + ": " + std::system_category().message(errno) + '.'};
}

base::FileDescriptor open_to_read(const std::filesystem::path& path) {
    base::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw system_failure("read", path);
    return file;
}

base::FileDescriptor create(const std::filesystem::path& path) {
    base::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (file.get() < 0) throw system_failure("create", path);
    return file;
}

void write_all(const base::FileDescriptor& file, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw system_failure("write", path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string read_at(const base::FileDescriptor& file, std::uint64_t from, std::size_t size,
                    const std::filesystem::path& path) {
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t count =
            ::pread(file.get(), bytes.data() + filled, size - filled, static_cast<off_t>(from + filled));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_failure("read", path);
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
}

void sync(const base::FileDescriptor& file, const std::filesystem::path& path) {
    if (::fsync(file.get()) != 0) throw system_failure("make durable", path);
}

void sync_folder(const std::filesystem::path& folder) {
    const base::FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0) throw system_failure("open", folder);
    sync(opened, folder);
}

void create_folder(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        throw Error(Retry::call,
                    "Cannot create the folder " + folder.string() + ": " + failure.message() + '.');
}

bool publish(const std::filesystem::path& temporary, const std::filesystem::path& path) {
    if (::link(temporary.c_str(), path.c_str()) != 0) {
        if (errno == EEXIST) return false;
        throw system_failure("name the file", path);
    }
    sync_folder(path.parent_path());
    if (::unlink(temporary.c_str()) != 0) throw system_failure("remove", temporary);
    return true;
}

}  // namespace contrail::archive
