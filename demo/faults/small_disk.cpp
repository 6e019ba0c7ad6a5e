#include "demo/faults/small_disk.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "servers/system_error.hpp"

namespace demo {

using contrail::servers::system_error;

namespace {

// Of the machine's memory. An unused part of it takes none.
constexpr auto roomy = "50%";

}  // namespace

std::string use_private_mounts() {
    // Private: otherwise the mounts would show outside all the same.
    if (::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
        return "";
    return "cannot mount a small disk: " + std::generic_category().message(errno);
}

SmallDisk::SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    if (mount(0, roomy) != 0) throw system_error("Cannot mount a small disk over " + folder_.string());
}

void SmallDisk::fill() {
    // The disk shrinks to what is on it. A write in between makes that fail, so this tries again.
    constexpr int attempts_max = 100;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        struct statvfs disk {};
        if (::statvfs(folder_.c_str(), &disk) != 0) break;
        const auto used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize;
        if (mount(MS_REMOUNT, std::to_string(used)) == 0) return;
    }
    throw system_error("Cannot fill the small disk " + folder_.string());
}

void SmallDisk::relieve() {
    if (mount(MS_REMOUNT, roomy) != 0) throw system_error("Cannot make room on " + folder_.string());
}

int SmallDisk::mount(unsigned long flags, const std::string& size) const {
    const std::string options = "mode=0700,size=" + size;
    return ::mount("small-disk", folder_.c_str(), "tmpfs", flags | MS_NOSUID | MS_NODEV, options.c_str());
}

}  // namespace demo
