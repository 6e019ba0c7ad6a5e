#include "operations/doctor/redis_keys.hpp"

namespace contrail::doctor {

std::vector<RedisKey> gather_redis_keys(RedisSession& session, const std::string& stream) {
    std::vector<RedisKey> keys{{stream, "stream", ""},
                               {stream + ":positions", "hash", ""},
                               {stream + ":cut_off", "hash", ""},
                               {stream + ":reports", "hash", ""}};
    for (RedisKey& key : keys) key.found = session.require({"TYPE", key.name}).text;
    return keys;
}

Findings judge(const std::vector<RedisKey>& keys, const RedisCli& cli) {
    for (const RedisKey& key : keys) {
        if (key.found == key.wanted || key.found == "none") continue;
        return {error("redis.keys", key.name + " is a " + key.found + ", not a " + key.wanted,
                      "Something else uses the key of this log. Every access fails (WRONGTYPE). Give the log "
                      "another name in all programs (STREAM_NAME), or move the key out of the way.",
                      {cli("RENAME " + key.name + ' ' + key.name + ":moved-away")})};
    }
    return {ok("redis.keys", keys.front().found == "none" ? "no stream yet" : "a stream, as it should be")};
}

}  // namespace contrail::doctor
