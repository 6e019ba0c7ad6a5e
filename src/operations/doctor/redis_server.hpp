#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// Which server answers, and over what way.
struct RedisServer {
    std::string name;          ///< `Redis`, or what it calls itself.
    std::string version;       ///< `7.0.15`
    std::string compatible;    ///< The version of Redis that it is like.
    bool cluster = false;      ///< Cluster mode is on.
    std::string replica_of{};  ///< `host:port` of its master; empty: it is one.
    bool local = true;         ///< A unix socket, or this machine's own address.
    bool tls = false;
    bool certificate_checked = true;
    bool password = false;  ///< The session logged in with one.
    bool has_config_file = true;
};

RedisServer gather_redis_server(RedisSession& session);
Findings judge(const RedisServer& server, const RedisCli& cli);

}  // namespace contrail::doctor
