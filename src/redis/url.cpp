#include "redis/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void refuse(const std::string& problem) {
    throw Error(Retry::never,
                "The Redis URL " + problem +
                    ". Write it as redis://user:password@host:6379/0, rediss://… for TLS, or "
                    "unix:///path/to/socket?db=0; in user and password, write each of / ? # @ : % "
                    "as % and its two hexadecimal digits.");
}

enum class Scheme { plain, tls, unix_socket };

Scheme scheme_of(const boost::urls::url_view& url) {
    std::string scheme = url.scheme();
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (scheme == "redis") return Scheme::plain;
    if (scheme == "rediss") return Scheme::tls;
    if (scheme == "unix" || scheme == "redis+unix") return Scheme::unix_socket;
    refuse("begins with a scheme that is none of redis, rediss, unix and redis+unix");
}

std::uint32_t parse_database(std::string_view text) {
    std::uint32_t database = 0;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, database);
    if (error != std::errc{} || parsed_to != end) refuse("names a database that is not a number");
    return database;
}

std::optional<std::uint32_t> database_in_query(const boost::urls::url_view& url) {
    std::optional<std::uint32_t> database;
    for (const auto& param : url.params()) {
        if (param.key != "db") refuse("has a parameter other than db");
        if (database) refuse("names the database twice");
        database = parse_database(param.value);
    }
    return database;
}

void read_credentials(const boost::urls::url_view& url, Endpoint& endpoint) {
    endpoint.user = url.user();
    if (url.has_password()) endpoint.password = url.password();
    if (endpoint.user.empty() && endpoint.password && endpoint.password->empty()) endpoint.password.reset();
    // Some clients take a lone user for the password. A wrong guess would send a secret as a name.
    if (!endpoint.user.empty() && !endpoint.password)
        refuse("has a user without a password (a password alone is written :password@)");
}

void read_address(const boost::urls::url_view& url, Endpoint& endpoint) {
    if (const std::string host = url.host_address(); !host.empty()) endpoint.host = host;
    if (!url.has_port()) return;
    endpoint.port = url.port_number();  // Boost says 0 where the number does not fit
    if (endpoint.port == 0) refuse("has a port that is not between 1 and 65535");
}

void read_socket_path(const boost::urls::url_view& url, Endpoint& endpoint) {
    if (!url.host_address().empty() || url.has_port())
        refuse("names a host before the socket; a path needs three slashes, as in unix:///run/redis.sock");
    endpoint.socket_path = url.path();
    if (endpoint.socket_path.size() < 2) refuse("names no socket");
}

}  // namespace

std::string Endpoint::name() const {
    if (!socket_path.empty()) return "unix://" + socket_path + "?db=" + std::to_string(database);
    const bool bracketed = host.find(':') != std::string::npos;
    return (tls ? "rediss://" : "redis://") + (bracketed ? '[' + host + ']' : host) + ':' +
           std::to_string(port) + '/' + std::to_string(database);
}

Endpoint parse_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
    if (!parsed) refuse("is not a valid URL");
    // The system's calls would end a host's name or a path there.
    if (text.find("%00") != std::string_view::npos) refuse("holds a zero byte");
    const boost::urls::url_view& url = *parsed;
    if (url.has_fragment()) refuse("has a part after #");

    Endpoint endpoint;
    const Scheme scheme = scheme_of(url);
    read_credentials(url, endpoint);
    std::optional<std::uint32_t> database = database_in_query(url);

    if (scheme == Scheme::unix_socket) {
        read_socket_path(url, endpoint);
    } else {
        read_address(url, endpoint);
        if (scheme == Scheme::tls) endpoint.tls.emplace();
        if (const std::string path = url.path(); path.size() > 1) {
            if (database) refuse("names the database twice");
            database = parse_database(std::string_view(path).substr(1));
        }
    }
    endpoint.database = database.value_or(0);
    return endpoint;
}

Endpoint endpoint_of(const Settings& settings) {
    Endpoint endpoint = parse_url(settings.redis_url);
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
