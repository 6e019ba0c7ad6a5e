#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"
#include "servers/folder.hpp"
#include "servers/unprivileged_user.hpp"

namespace contrail::servers {

/// Asked again and again while a server is not ready. False: the caller waits no longer; the server runs on.
using KeepWaiting = std::function<bool()>;

/// The folder of one private server:
///
///     lock    keeps two servers from running in one folder
///     log     the output of the server's programs
///     home/   the server's data and socket, and its working folder
///
/// If this process is root, the server runs as another user. `home` then belongs to that user, and the folder
/// with `lock` and `log` to root: the server cannot put a link in their place. The server gets no capability,
/// so its user must be able to enter every folder above.
///
/// Lock     It belongs to the server: every process of the server inherits its descriptor, and it is free
///          when the last of them has ended. So a killed server can start again once none of its processes is
///          left, and never earlier.
/// Threads  Not thread-safe.
class ServerFolder {
public:
    /// Creates the folder and its parents if they do not exist. `server` is the server's name in messages,
    /// and `socket_name` the name of its socket. Throws Error, also if the server's user may not enter the
    /// folder.
    ServerFolder(const std::filesystem::path& folder, std::string server, std::string_view socket_name);
    ServerFolder(const ServerFolder&) = delete;
    ServerFolder& operator=(const ServerFolder&) = delete;
    /// Removes the socket's folder if it is one under /tmp.
    ~ServerFolder();

    /// Absolute.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_->path(); }

    /// The server's own folder. Only its user and root may enter.
    [[nodiscard]] const Folder& home() const noexcept { return *home_; }

    /// `home`, or a folder with a short name under /tmp: the path of a socket may have at most 107 bytes.
    [[nodiscard]] const Folder& socket_folder() const noexcept {
        return short_socket_folder_ ? *short_socket_folder_ : *home_;
    }

    /// Takes the lock. Waits up to three seconds for a server that is about to end. Throws Error if it goes
    /// on.
    [[nodiscard]] FileDescriptor lock() const;

    /// Waits, as lock() does, until no process of the server is left.
    void wait_until_free() const;

    /// Runs one of the server's programs to its end, as its user, with its output in the log. Throws Error
    /// with the last lines of the log if it fails.
    void run(Command command) const;

    /// Starts the server, as its user, and returns when `is_ready`. The server takes over `lock`. Throws
    /// Error with the last lines of the log if it ends, or is not ready within two minutes.
    [[nodiscard]] ChildProcess start(Command command, FileDescriptor lock,
                                     const std::function<bool()>& is_ready) const;

private:
    void give_to_server(const Folder& folder) const;
    void complete(Command& command, int output) const;

    std::string server_;
    std::optional<UnprivilegedUser> user_;
    std::optional<Folder> folder_;
    std::optional<Folder> home_;
    std::optional<Folder> short_socket_folder_;
};

}  // namespace contrail::servers
