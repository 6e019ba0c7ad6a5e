#include "servers/unprivileged_user.hpp"

#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "contrail/error.hpp"

namespace contrail::servers {
namespace {

constexpr const char* user_names[] = {"postgres", "nobody"};

bool may_enter(const UnprivilegedUser& user, const std::filesystem::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return false;
    if (status.st_uid == user.uid) return (status.st_mode & S_IXUSR) != 0;
    if (status.st_gid == user.gid) return (status.st_mode & S_IXGRP) != 0;
    return (status.st_mode & S_IXOTH) != 0;
}

}  // namespace

std::optional<UnprivilegedUser> unprivileged_user() {
    if (::geteuid() != 0) return std::nullopt;
    for (const char* name : user_names)
        if (const passwd* entry = ::getpwnam(name))
            return UnprivilegedUser{name, entry->pw_uid, entry->pw_gid};
    throw Error(Retry::never,
                std::string("PostgreSQL must not run as root, and this system has neither the user ") +
                    user_names[0] + " nor the user " + user_names[1] +
                    ". Run this program as another user than root.");
}

std::optional<std::filesystem::path> closed_folder(const UnprivilegedUser& user,
                                                   const std::filesystem::path& folder) {
    std::filesystem::path way;
    for (const auto& name : folder.parent_path()) {
        way /= name;
        if (!may_enter(user, way)) return way;
    }
    return std::nullopt;
}

int become(const UnprivilegedUser& user) noexcept {
    // The system calls themselves: glibc's functions would synchronise with other threads. A forked child of
    // a process with threads has none of them, only the locks that they held.
    const bool done = ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
                      ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
                      // This drops all capabilities, too.
                      ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0 &&
                      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    return done ? 0 : errno;
}

}  // namespace contrail::servers
