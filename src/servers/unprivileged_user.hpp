#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace contrail::servers {

/// The user that runs a server program when this process is root: PostgreSQL refuses to run as root.
struct UnprivilegedUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

/// "postgres" if the system has that user, else "nobody". Nothing if this process is not root: its servers
/// then run as its own user. Throws Error if root finds neither.
std::optional<UnprivilegedUser> unprivileged_user();

/// The first folder on the way to `folder`, not included, that `user` may not enter; nothing if the way is
/// open. `folder` is absolute.
std::optional<std::filesystem::path> closed_folder(const UnprivilegedUser& user,
                                                   const std::filesystem::path& folder);

/// Turns this process into `user` for good: without further groups or capabilities, and without a way to gain
/// any. Calls only what is safe between fork and exec. Returns 0, or the errno of the call that failed.
int become(const UnprivilegedUser& user) noexcept;

}  // namespace contrail::servers
