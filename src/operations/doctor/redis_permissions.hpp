#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"
#include "operations/redis_rights.hpp"

namespace contrail::doctor {

/// What a user may do in Redis, set against what it is there for.
struct RedisPermissions {
    Part part;
    std::string stream;
    std::vector<std::string_view> missing{};  ///< ACL rules: `+xadd`
};

/// Tries the part's commands, in a form that changes nothing. Those that are refused go into Redis's ACL LOG.
RedisPermissions gather_redis_permissions(RedisSession& session, Part part, const std::string& stream);
Findings judge(const RedisPermissions& permissions, const RedisCli& cli);

}  // namespace contrail::doctor
