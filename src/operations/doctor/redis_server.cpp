#include <charconv>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr int oldest_major = 5;

int major_of(const std::string& version) {
    int major = 0;
    std::from_chars(version.data(), version.data() + version.size(), major);
    return major;
}

bool is_local_endpoint(const redis::Endpoint& endpoint) {
    return !endpoint.socket_path.empty() || endpoint.host == "localhost" || endpoint.host == "::1" ||
           endpoint.host.starts_with("127.");
}

Finding redis_version_finding(const RedisServer& server) {
    const std::string found = server.name + ' ' + server.version;
    if (major_of(server.compatible) >= oldest_major) return ok("redis.version", found);
    return error("redis.version", found,
                 "Contrail keeps its log in a stream, which Redis has since version 5. Upgrade the server.",
                 {"apt-get install redis-server   # 5 or newer, or Valkey"});
}

Finding redis_role_finding(const RedisServer& server, const RedisCli& cli) {
    if (server.cluster && !server.found_in_cluster)
        return error(
            "redis.role", "a node of a Redis Cluster",
            "A log is one stream and the keys beside it, which must be in one slot. Programs put them there, and "
            "follow the slot from node to node, if the URL of the log says that it is in a cluster.",
            {"LOG_URL=redis+cluster://host,host"});
    if (server.replica_of.empty()) return ok("redis.role", "master");
    return error(
        "redis.role", "replica of " + server.replica_of,
        "A replica takes no writes: the streamer waits. After a failover, point LOG_URL at the new master, "
        "or make this server the master.",
        {"LOG_URL=redis://" + server.replica_of, cli("REPLICAOF NO ONE")});
}

Finding redis_transport_finding(const RedisServer& server) {
    const std::string check = "redis.transport";
    if (server.local) return ok(check, server.tls ? "TLS, on this machine" : "on this machine");
    if (!server.tls)
        return warning(
            check, "over the network, in clear text",
            "A machine between here and the server can read and change records, and read the password.",
            {"LOG_URL=rediss://…   # after setting tls-port, tls-cert-file, tls-key-file and "
             "tls-ca-cert-file in redis.conf"});
    if (!server.certificate_checked)
        return warning(
            check, "TLS, certificate not checked",
            "A machine between here and the server can pass for the server, and read and change everything.",
            {"REDIS_TLS_VERIFY=yes   # and REDIS_CA_FILE=… for an authority of your own"});
    return ok(check, "TLS, certificate checked");
}

Finding password_finding(const RedisServer& server, const RedisCli& cli) {
    if (server.password) return ok("redis.password", "logged in as " + cli.user());
    if (server.local) return ok("redis.password", "none, on this machine");
    return warning(
        "redis.password", "none, over the network",
        "Any program that can reach the server can empty the log, or write to it. Make users with passwords, "
        "each with the rights that its program needs: docs/operations.md lists them.",
        {cli("ACL SETUSER default off")});
}

}  // namespace

RedisServer gather_redis_server(RedisSession& session) {
    const RedisInfo info(session);
    const redis::Endpoint& endpoint = session.server();
    const std::string valkey = info.text("valkey_version");
    RedisServer server{.name = valkey.empty() ? "Redis" : "Valkey",
                       .version = valkey.empty() ? info.text("redis_version") : valkey,
                       .compatible = info.text("redis_version")};
    server.cluster = info.number("cluster_enabled") != 0;
    server.found_in_cluster = session.endpoint().in_cluster();
    if (info.text("role") == "slave")
        server.replica_of = info.text("master_host") + ':' + info.text("master_port");
    server.local = is_local_endpoint(endpoint);
    server.tls = endpoint.tls.has_value();
    server.certificate_checked = !endpoint.tls || endpoint.tls->verify;
    server.password = endpoint.password.has_value();
    server.has_config_file = !info.text("config_file").empty();
    return server;
}

Findings judge(const RedisServer& server, const RedisCli& cli) {
    return {redis_version_finding(server), redis_role_finding(server, cli), redis_transport_finding(server),
            password_finding(server, cli)};
}

}  // namespace contrail::operations::doctor
