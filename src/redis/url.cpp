#include "redis/url.hpp"

#include <charconv>
#include <utility>

#include "base/percent_encode.hpp"
#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

using Engine = LogUrl::Engine;

std::uint32_t parse_database(std::string_view text) {
    std::uint32_t database = 0;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, database);
    if (error != std::errc{} || parsed_to != end) refuse_log_url("names a database that is not a number");
    return database;
}

/// Takes a parameter out of the URL. What no function takes is refused.
std::optional<std::string> take(LogUrl& url, std::string_view name) {
    const auto found = url.parameters.find(name);
    if (found == url.parameters.end()) return std::nullopt;
    std::string value = std::move(found->second);
    url.parameters.erase(found);
    return value;
}

/// `path`: what of the URL's path may name a database, such as `/3`.
std::uint32_t take_database(LogUrl& url, std::string_view path) {
    const auto in_query = take(url, "db");
    if (path.size() <= 1) return in_query ? parse_database(*in_query) : 0;
    if (in_query) refuse_log_url("names the database twice");
    return parse_database(path.substr(1));
}

void read_server(LogUrl& url, Endpoint& endpoint) {
    endpoint.database = take_database(url, url.path);
    if (url.hosts.empty()) return;
    const auto& [name, port] = url.hosts.front();
    if (!name.empty()) endpoint.host = name;
    endpoint.port = port.value_or(usual_port);
}

void read_socket(LogUrl& url, Endpoint& endpoint) {
    if (!url.hosts.empty())
        refuse_log_url(
            "names a host before the socket; a path needs three slashes, as in unix:///run/redis.sock");
    endpoint.socket_path = url.path;
    if (endpoint.socket_path.size() < 2) refuse_log_url("names no socket");
    endpoint.database = take_database(url, "");
}

void require_hosts(const LogUrl& url) {
    if (url.hosts.empty() || url.hosts.front().name.empty()) refuse_log_url("names no host");
}

void read_sentinels(LogUrl& url, Endpoint& endpoint) {
    require_hosts(url);
    const std::string_view path = url.path;
    const auto name_end = std::min(path.find('/', 1), path.size());
    Sentinels sentinels{.hosts = url.hosts, .tls = url.tls};
    if (path.size() > 1) sentinels.master = path.substr(1, name_end - 1);
    if (sentinels.master.empty())
        refuse_log_url("names no master, as in redis+sentinel://host,host/mymaster/0");

    endpoint.database = take_database(url, path.substr(name_end));
    sentinels.user = take(url, "sentinel_username").value_or("");
    sentinels.password = take(url, "sentinel_password");
    if (!sentinels.user.empty() && !sentinels.password)
        refuse_log_url("has a sentinel_username without a sentinel_password");
    if (const auto tls = take(url, "sentinel_tls")) {
        if (*tls != "yes" && *tls != "no")
            refuse_log_url("has a parameter sentinel_tls that is neither yes nor no");
        sentinels.tls = *tls == "yes";
        if (sentinels.tls && !url.tls)
            refuse_log_url("asks for TLS to the sentinels alone: begin it with rediss+sentinel");
    }
    endpoint.found_by = std::move(sentinels);
}

void read_cluster(LogUrl& url, Endpoint& endpoint) {
    require_hosts(url);
    if (take_database(url, url.path) != 0)
        refuse_log_url("names a database other than 0, which a Redis Cluster does not have");
    endpoint.found_by = ClusterNodes{.seeds = url.hosts};
}

/// As it is written in a URL: only what would mean something else there is encoded.
std::string in_url(std::string_view path) {
    std::string text;
    for (const char c : path)
        if (c == '%' || c == '?' || c == '#')
            text += base::percent_encode({&c, 1});
        else
            text += c;
    return text;
}

}  // namespace

Endpoint Endpoint::server(std::string at_host, std::uint16_t at_port) const {
    Endpoint server = *this;
    server.host = std::move(at_host);
    server.port = at_port;
    server.found_by = {};
    return server;
}

std::string Endpoint::name() const {
    const std::string scheme = tls ? "rediss" : "redis";
    if (!socket_path.empty()) return "unix://" + in_url(socket_path) + "?db=" + std::to_string(database);
    if (const auto* const sentinels = std::get_if<Sentinels>(&found_by))
        return scheme + "+sentinel://" + hosts_text(sentinels->hosts, usual_sentinel_port) + '/' +
               in_url(sentinels->master) + '/' + std::to_string(database);
    if (const auto* const cluster = std::get_if<ClusterNodes>(&found_by))
        return scheme + "+cluster://" + hosts_text(cluster->seeds, usual_port);
    return scheme + "://" + hosts_text({{host, port}}, port) + '/' + std::to_string(database);
}

Endpoint parse_url(std::string_view text) {
    LogUrl url = parse_log_url(text);
    Endpoint endpoint;
    endpoint.user = url.user;
    endpoint.password = url.password;
    if (url.tls) endpoint.tls.emplace();
    switch (url.engine) {
        case Engine::redis:
            read_server(url, endpoint);
            break;
        case Engine::redis_socket:
            read_socket(url, endpoint);
            break;
        case Engine::redis_sentinel:
            read_sentinels(url, endpoint);
            break;
        case Engine::redis_cluster:
            read_cluster(url, endpoint);
            break;
        case Engine::kafka:
            refuse_log_url("names Kafka where Redis is needed");
    }
    if (!url.parameters.empty()) refuse_log_url("has a parameter that Redis logs do not have");
    return endpoint;
}

Endpoint endpoint_of(const Settings& settings) {
    Endpoint endpoint = parse_url(settings.log_url);
    if (!endpoint.tls) return endpoint;
    if (settings.redis_cert_file.empty() != settings.redis_key_file.empty())
        throw Error(Retry::never,
                    "A TLS client certificate for Redis needs its key and a key its certificate: set both "
                    "REDIS_CERT_FILE and REDIS_KEY_FILE, or neither.");
    endpoint.tls = Tls{settings.redis_ca_file, settings.redis_cert_file, settings.redis_key_file,
                       settings.redis_tls_verify};
    return endpoint;
}

}  // namespace contrail::redis
