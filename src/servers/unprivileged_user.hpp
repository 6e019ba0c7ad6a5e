#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace contrail::servers {

/// The user as whom a server program runs when this process is root: PostgreSQL refuses to run as root.
struct UnprivilegedUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    /// Keeps one capability, CAP_DAC_OVERRIDE: its data lies below a folder that only root may enter, as
    /// /root is. It may then read and write any file, but still owns none but its own.
    bool passes_closed_folders = false;
};

/// `postgres` where the system knows that user, else `nobody`; nothing if this process is not root and
/// its servers run as it does. `folder` is absolute and need not exist yet; it is where the server's data
/// will be. Throws Error if root finds neither user.
std::optional<UnprivilegedUser> unprivileged_user(const std::filesystem::path& folder);

/// Turns this process into `user`, for good. Calls only what is safe between fork and exec. Returns 0, or
/// the errno of the call that failed.
int become(const UnprivilegedUser& user) noexcept;

}  // namespace contrail::servers
