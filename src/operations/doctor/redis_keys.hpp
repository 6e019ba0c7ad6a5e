#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// The keys of a log, and what is stored at them.
struct RedisKey {
    std::string name;
    std::string wanted;  ///< `stream`, `hash`
    std::string found;   ///< The same, or another type; `none`: there is no such key.
};

std::vector<RedisKey> gather_redis_keys(RedisSession& session, const std::string& stream);
Findings judge(const std::vector<RedisKey>& keys, const RedisCli& cli);

}  // namespace contrail::doctor
