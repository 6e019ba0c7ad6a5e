#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

std::vector<RedisKey> gather_redis_keys(RedisSession& session, const redis::Keys& names) {
    std::vector<RedisKey> keys{{names.stream, "stream", ""}, {names.positions, "hash", ""},
                               {names.owners, "hash", ""},   {names.cut_offs, "hash", ""},
                               {names.identity, "hash", ""}, {names.status, "hash", ""},
                               {names.rebuilt, "stream", ""}};
    for (RedisKey& key : keys)
        if (const auto* type = session.ask_if_allowed({"TYPE", key.name})) key.found = type->text;
    return keys;
}

Findings judge(const std::vector<RedisKey>& keys, const RedisCli& cli) {
    for (const RedisKey& key : keys) {
        if (key.found.empty()) return {ok("redis.keys", "not visible to this user")};
        if (key.found == key.wanted || key.found == "none") continue;
        return {
            error("redis.keys", key.name + " is a " + key.found + ", not a " + key.wanted,
                  "Another program uses a key of this log, and every access fails (WRONGTYPE). Give the log "
                  "another name in all programs (STREAM_NAME), or rename the key.",
                  {cli("RENAME " + key.name + ' ' + key.name + ":moved-away")})};
    }
    return {ok("redis.keys", keys.front().found == "none" ? "no stream yet" : "a stream")};
}

}  // namespace contrail::operations::doctor
