#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

Finding appendonly_finding(const RedisDurability& durability, const RedisCli& cli) {
    if (durability.appendonly) return ok("redis.appendonly", "yes");
    return warning(
        "redis.appendonly", "no",
        "A restart sets the log back to the last snapshot, or empties it. No record is lost: the streamer "
        "sends again what consumers still need. Meanwhile, consumers wait.",
        cli.config_set("appendonly yes"));
}

Finding appendfsync_finding(const RedisDurability& durability, const RedisCli& cli) {
    const std::string check = "redis.appendfsync";
    if (!durability.appendonly) return ok(check, "without effect");
    if (!durability.appendfsync)
        return ok(check, "not visible to user " + cli.user() +
                             "; as an administrator: " + cli("CONFIG GET appendfsync"));
    const std::string& found = *durability.appendfsync;
    if (found == "always") return ok(check, found);
    return warning(
        check, found,
        "A crash of the machine loses the newest records of the log, which consumers may have applied "
        "already. No record is lost: the streamer sends them again under the same ids.",
        cli.config_set("appendfsync always"));
}

Finding disk_finding(const RedisDurability& durability, const RedisCli& cli) {
    using Disk = RedisDurability::Disk;
    if (durability.disk == Disk::works) return ok("redis.disk", "last write succeeded");
    const std::vector<std::string> fix{"df -h", cli("INFO persistence")};
    if (durability.disk == Disk::failed)
        return warning(
            "redis.disk", "last snapshot failed",
            "With its default settings Redis then refuses writes (MISCONF), and the streamer waits. The "
            "user " +
                cli.user() +
                " may not see these settings. Free space, or repair the disk. Redis's log says what "
                "failed.",
            fix);
    return error(
        "redis.disk", "last write failed",
        "Redis refuses writes (MISCONF) until it can write to its disk, and the streamer waits. Free space, "
        "or repair the disk. Redis's log says what failed.",
        fix);
}

/// Whether a snapshot that failed makes Redis refuse writes.
RedisDurability::Disk disk_after_failed_save(RedisSession& session) {
    const auto stops = redis_setting(session, "stop-writes-on-bgsave-error");
    const auto save = redis_setting(session, "save");
    if (stops == "no" || save == "") return RedisDurability::Disk::works;
    return stops && save ? RedisDurability::Disk::refuses : RedisDurability::Disk::failed;
}

}  // namespace

RedisDurability gather_redis_durability(RedisSession& session) {
    const RedisInfo info(session);
    RedisDurability durability{.appendonly = info.number("aof_enabled") != 0};
    durability.appendfsync = redis_setting(session, "appendfsync");
    if (info.text("rdb_last_bgsave_status") == "err") durability.disk = disk_after_failed_save(session);
    if (durability.appendonly && info.text("aof_last_write_status") == "err")
        durability.disk = RedisDurability::Disk::refuses;
    return durability;
}

Findings judge(const RedisDurability& durability, const RedisCli& cli) {
    return {appendonly_finding(durability, cli), appendfsync_finding(durability, cli),
            disk_finding(durability, cli)};
}

}  // namespace contrail::operations::doctor
