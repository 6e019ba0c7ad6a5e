#include "chaos/disasters/kinds.hpp"
#include "chaos/small_disk.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

Disaster full(const std::string& server, Victim victim, SmallDisk* World::*disk) {
    return {.name = "full-disk-" + server,
            .victim = victim,
            .does = "fills the disk of " + server + "'s data",
            .undone = "there is room again; the server is started again if it died of it",
            .strike = [server, disk](World& world, Random&) -> Strike {
                (world.*disk)->fill();
                return {.told = "filled the disk of " + server,
                        .undo = [&world, disk] { (world.*disk)->relieve(); }};
            },
            .hindrance = [disk](const World& world) -> std::optional<std::string> {
                if (world.*disk != nullptr) return std::nullopt;
                return world.no_disks;
            }};
}

}  // namespace

std::vector<Disaster> full_disks() {
    return {full("postgres", Victim::postgres, &World::postgres_disk),
            full("redis", Victim::redis, &World::redis_disk)};
}

}  // namespace rocket_rides::chaos
