#include "demo/faults/kinds.hpp"
#include "demo/faults/small_disk.hpp"
#include "demo/faults/system.hpp"

namespace demo {

namespace {

Fault full_disk(const std::string& server, Target target, SmallDisk* System::*disk) {
    return {.name = "full-disk-" + server,
            .target = target,
            .does = "fills the disk with the data of " + server,
            .ends = "the disk has room again; the supervisor restarts the server if it died",
            .inject = [server, disk](System& system, Random&) -> Injection {
                (system.*disk)->fill();
                return {.what = "filled the disk of " + server,
                        .repair = "the disk has room again",
                        .end = [&system, disk] { (system.*disk)->relieve(); }};
            },
            .obstacle = [disk](const System& system) -> std::optional<std::string> {
                if (system.*disk != nullptr) return std::nullopt;
                return system.no_disks;
            }};
}

}  // namespace

std::vector<Fault> disk_faults() {
    return {full_disk("postgres", Target::postgres, &System::postgres_disk),
            full_disk("redis", Target::log, &System::redis_disk)};
}

}  // namespace demo
