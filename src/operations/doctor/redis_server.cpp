#include "operations/doctor/redis_server.hpp"

#include <charconv>

namespace contrail::doctor {

namespace {

constexpr int oldest_major = 5;

int major_of(const std::string& version) {
    int major = 0;
    std::from_chars(version.data(), version.data() + version.size(), major);
    return major;
}

bool is_local(const redis::Endpoint& endpoint) {
    return !endpoint.socket_path.empty() || endpoint.host == "localhost" || endpoint.host == "::1" ||
           endpoint.host.starts_with("127.");
}

Finding version_finding(const RedisServer& server) {
    const std::string found = server.name + ' ' + server.version;
    if (major_of(server.compatible) >= oldest_major) return ok("redis.version", found);
    return error("redis.version", found, "Streams came with Redis 5: there is no log without them.",
                 {"apt-get install redis-server   # 5 or newer, or Valkey"});
}

Finding role_finding(const RedisServer& server, const RedisCli& cli) {
    if (server.cluster)
        return error("redis.role", "cluster mode",
                     "A log is one stream and the keys beside it, which a cluster keeps apart. Contrail does "
                     "not support it.",
                     {"redis-server --cluster-enabled no"});
    if (server.replica_of.empty()) return ok("redis.role", "master");
    return error("redis.role", "replica of " + server.replica_of,
                 "It takes no writes: the streamer waits. After a failover, the address has to lead to the "
                 "new master; or make this one the master.",
                 {"REDIS_URL=redis://" + server.replica_of, cli("REPLICAOF NO ONE")});
}

Finding transport_finding(const RedisServer& server) {
    const std::string check = "redis.transport";
    if (server.local) return ok(check, server.tls ? "TLS, on this machine" : "on this machine");
    if (!server.tls)
        return warning(check, "over the network, in clear",
                       "Any machine on the way can read and change records, and read the password.",
                       {"REDIS_URL=rediss://…   # after setting tls-port, tls-cert-file, tls-key-file and "
                        "tls-ca-cert-file in redis.conf"});
    if (!server.certificate_checked)
        return warning(check, "TLS, certificate not checked",
                       "Any machine on the way can pass for the server, and read everything.",
                       {"REDIS_TLS_VERIFY=yes   # and REDIS_CA_FILE=… for an authority of your own"});
    return ok(check, "TLS, certificate checked");
}

Finding password_finding(const RedisServer& server, const RedisCli& cli) {
    if (server.password) return ok("redis.password", "logged in as " + cli.user());
    if (server.local) return ok("redis.password", "none, on this machine");
    return warning("redis.password", "none, over the network",
                   "Every program that reaches the server can empty the log, or write to it.",
                   {cli("ACL SETUSER default off"), "# users with the rights they need: docs/operations.md"});
}

}  // namespace

RedisServer gather_redis_server(RedisSession& session) {
    const RedisInfo info(session);
    const redis::Endpoint& endpoint = session.endpoint();
    const std::string valkey = info.text("valkey_version");
    RedisServer server{.name = valkey.empty() ? "Redis" : "Valkey",
                       .version = valkey.empty() ? info.text("redis_version") : valkey,
                       .compatible = info.text("redis_version")};
    server.cluster = info.number("cluster_enabled") != 0;
    if (info.text("role") == "slave")
        server.replica_of = info.text("master_host") + ':' + info.text("master_port");
    server.local = is_local(endpoint);
    server.tls = endpoint.tls.has_value();
    server.certificate_checked = !endpoint.tls || endpoint.tls->verify;
    server.password = endpoint.password.has_value();
    server.has_config_file = !info.text("config_file").empty();
    return server;
}

Findings judge(const RedisServer& server, const RedisCli& cli) {
    return {version_finding(server), role_finding(server, cli), transport_finding(server),
            password_finding(server, cli)};
}

}  // namespace contrail::doctor
