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
    if (!durability.appendfsync)
        return warning(
            check, "not visible to user " + cli.user(),
            "The doctor cannot tell whether a crash of the machine loses records that Redis had confirmed. "
            "Grant the user the right to read the setting.",
            {cli("ACL SETUSER " + cli.user() + " +config|get")});
    const std::string& found = *durability.appendfsync;
    if (found == "always" || !durability.appendonly) return ok(check, found);
    return warning(
        check, found,
        "A crash of the machine loses the newest records of the log, which consumers may have applied "
        "already. No record is lost: the streamer sends them again under the same ids.",
        cli.config_set("appendfsync always"));
}

Finding disk_finding(const RedisDurability& durability, const RedisCli& cli) {
    if (!durability.disk_refuses) return ok("redis.disk", "last write succeeded");
    return error(
        "redis.disk", "last write failed",
        "Redis refuses writes (MISCONF) until it can write to its disk, and the streamer waits. Free space, "
        "or repair the disk. Redis's log says what failed.",
        {"df -h", cli("INFO persistence")});
}

}  // namespace

RedisDurability gather_redis_durability(RedisSession& session) {
    const RedisInfo info(session);
    const bool append_failed = info.text("aof_last_write_status") == "err";
    const bool save_failed = info.text("rdb_last_bgsave_status") == "err";
    RedisDurability durability{.appendonly = info.number("aof_enabled") != 0};
    durability.appendfsync = redis_setting(session, "appendfsync");
    const bool save_matters =
        redis_setting(session, "stop-writes-on-bgsave-error").value_or("yes") == "yes" &&
        redis_setting(session, "save") != "";
    durability.disk_refuses = (durability.appendonly && append_failed) || (save_failed && save_matters);
    return durability;
}

Findings judge(const RedisDurability& durability, const RedisCli& cli) {
    return {appendonly_finding(durability, cli), appendfsync_finding(durability, cli),
            disk_finding(durability, cli)};
}

}  // namespace contrail::operations::doctor
