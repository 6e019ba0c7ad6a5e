#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// What of its data a Redis server has on disk.
struct RedisDurability {
    bool appendonly = false;
    std::optional<std::string> appendfsync{};  ///< Nothing: the user may not see it.
    bool disk_refuses = false;                 ///< The last write to disk failed; writes are refused.
};

RedisDurability gather_redis_durability(RedisSession& session);
Findings judge(const RedisDurability& durability, const RedisCli& cli);

}  // namespace contrail::doctor
