#include "servers/unprivileged_user.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "contrail/error.hpp"

namespace contrail::servers {
namespace {

bool may_pass(const UnprivilegedUser& user, const std::filesystem::path& directory) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return false;
    if (status.st_uid == user.uid) return (status.st_mode & S_IXUSR) != 0;
    if (status.st_gid == user.gid) return (status.st_mode & S_IXGRP) != 0;
    return (status.st_mode & S_IXOTH) != 0;
}

bool may_pass_all_above(const UnprivilegedUser& user, std::filesystem::path folder) {
    while (folder != folder.root_path()) {
        folder = folder.parent_path();
        if (!may_pass(user, folder)) return false;
    }
    return true;
}

// Leaves this one capability, in all the sets that it needs to be in to survive exec.
bool keep_only_dac_override() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    constexpr __u32 bit = 1U << CAP_DAC_OVERRIDE;
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{{{bit, bit, bit}, {0, 0, 0}}};
    return ::syscall(SYS_capset, &header, sets.data()) == 0 &&
           ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0) == 0;
}

}  // namespace

std::optional<UnprivilegedUser> unprivileged_user(const std::filesystem::path& folder) {
    if (::geteuid() != 0) return std::nullopt;
    for (const char* name : {"postgres", "nobody"}) {
        const passwd* entry = ::getpwnam(name);
        if (entry == nullptr) continue;
        UnprivilegedUser user{name, entry->pw_uid, entry->pw_gid};
        user.passes_closed_folders = !may_pass_all_above(user, folder);
        return user;
    }
    throw Error(Retry::never,
                "PostgreSQL must not run as root, and the system has neither a user postgres nor nobody "
                "to run it as. Run this program as another user than root.");
}

int become(const UnprivilegedUser& user) noexcept {
    // The system calls themselves: glibc's functions would look after the other threads, of which a
    // forked child of a threaded process has none left but the locks they held.
    const bool done = ::prctl(PR_SET_KEEPCAPS, user.passes_closed_folders ? 1 : 0, 0, 0, 0) == 0 &&
                      ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
                      ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
                      ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0 &&
                      (!user.passes_closed_folders || keep_only_dac_override());
    return done ? 0 : errno;
}

}  // namespace contrail::servers
