#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"
#include "servers/descriptors.hpp"
#include "servers/unprivileged_user.hpp"

namespace contrail::servers {

/// Asked again and again while a server is not ready yet; false gives up waiting, and leaves it to itself.
using KeepWaiting = std::function<bool()>;

/// The folder of one private server: its data, its log, its socket, and the lock that keeps two servers
/// from running in it.
///
/// The lock belongs to the server, not to whoever started it: every process of the server inherits its
/// descriptor, and it is free when the last of them is gone. So a server that was killed can be started
/// again as soon as nothing of it is left, and never before.
class ServerFolder {
public:
    /// Makes `folder` and its parents if they are not there; `server` is what messages call it. The
    /// socket will have the name `socket_name`. Throws Error.
    ServerFolder(const std::filesystem::path& folder, std::string server, std::string_view socket_name);
    ServerFolder(const ServerFolder&) = delete;
    ServerFolder& operator=(const ServerFolder&) = delete;
    /// Removes the socket's directory if it is one under /tmp.
    ~ServerFolder();

    /// Absolute; only the server's user (and root) may enter it.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// The folder itself, or a short one under /tmp: the path of a socket must not exceed 107 bytes.
    [[nodiscard]] const std::filesystem::path& socket_directory() const noexcept { return socket_directory_; }

    /// Takes the lock. Waits a few seconds for it, in case that an earlier server is about to end; throws
    /// Error if that one goes on.
    [[nodiscard]] FileDescriptor lock() const;

    /// Waits, as lock() does, until no process of the server is left.
    void wait_until_free() const;

    /// Runs one of the server's programs to its end, as its user, with its output in the log. Throws
    /// Error if it fails, with the last lines of that.
    void run(Command command) const;

    /// Starts the server, as its user, and returns when `is_ready`. The `lock` passes to it. Throws Error,
    /// with the last lines of the log, if it ends or is not ready within two minutes.
    [[nodiscard]] ChildProcess start(Command command, FileDescriptor lock,
                                     const std::function<bool()>& is_ready) const;

private:
    void make_private(const std::filesystem::path& directory) const;
    void complete(Command& command, int output) const;

    std::filesystem::path path_;
    std::string server_;
    std::optional<UnprivilegedUser> user_;
    std::filesystem::path socket_directory_;
};

}  // namespace contrail::servers
