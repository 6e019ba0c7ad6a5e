#include "core/log_url.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "contrail/error.hpp"

namespace contrail {

namespace {

using Engine = LogUrl::Engine;
using Host = LogUrl::Host;

struct Scheme {
    std::string_view name;
    Engine engine;
    bool tls;
};

// A scheme with a plus is how redis-sentinel-url and LangChain write it, one with a hyphen how Lettuce does; kafka+ssl
// is Heroku's.
constexpr auto schemes = std::to_array<Scheme>({
    {"redis", Engine::redis, false},
    {"rediss", Engine::redis, true},
    {"unix", Engine::redis_socket, false},
    {"redis+unix", Engine::redis_socket, false},
    {"redis+sentinel", Engine::redis_sentinel, false},
    {"redis-sentinel", Engine::redis_sentinel, false},
    {"rediss+sentinel", Engine::redis_sentinel, true},
    {"rediss-sentinel", Engine::redis_sentinel, true},
    {"redis+cluster", Engine::redis_cluster, false},
    {"redis-cluster", Engine::redis_cluster, false},
    {"rediss+cluster", Engine::redis_cluster, true},
    {"rediss-cluster", Engine::redis_cluster, true},
    {"kafka", Engine::kafka, false},
    {"kafka+ssl", Engine::kafka, true},
});

const Scheme& scheme_of(const boost::urls::url_view& url) {
    std::string name = url.scheme();
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto* const found = std::ranges::find(schemes, name, &Scheme::name);
    if (found == schemes.end())
        refuse_log_url(
            "begins with a scheme that is none of redis, rediss, unix, redis+sentinel, redis+cluster, kafka and "
            "kafka+ssl");
    return *found;
}

/// Boost takes `one,two:7000` for one host's name. Of `one:7000,two:7000` and `one:7x` it reads only what comes before
/// the first character that no port has. So hosts are cut out before Boost sees the URL.
struct SplitUrl {
    std::string without_hosts;
    std::vector<std::string_view> hosts;
};

SplitUrl split_hosts(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return {std::string(url), {}};
    const auto authority_begin = scheme_end + 3;
    const auto authority_end = std::min(url.find_first_of("/?#", authority_begin), url.size());
    const auto at = url.substr(0, authority_end).rfind('@');
    const auto hosts_begin = at == std::string_view::npos || at < authority_begin ? authority_begin : at + 1;

    SplitUrl split{.without_hosts = std::string(url.substr(0, hosts_begin)).append(url.substr(authority_end)),
                   .hosts = {}};
    std::string_view rest = url.substr(hosts_begin, authority_end - hosts_begin);
    for (auto comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
        split.hosts.push_back(rest.substr(0, comma));
        rest.remove_prefix(comma + 1);
    }
    split.hosts.push_back(rest);
    return split;
}

boost::urls::url_view parse(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
    if (!parsed) refuse_log_url("is not a valid URL");
    return *parsed;
}

bool ends_a_host(char c) {
    constexpr std::string_view delimiters = ":/?#[]@,%";
    return (c >= '\0' && c <= ' ') || c == '\x7F' || delimiters.find(c) != std::string_view::npos;
}

std::string parse_host_name(std::string_view text) {
    const std::string url = "host://" + std::string(text);
    const boost::urls::url_view parsed = parse(url);
    std::string name = parsed.host_address();
    // Percent signs may hide what ends a host in a URL. Shown in a message, it would be another URL.
    const bool is_name = parsed.host_type() == boost::urls::host_type::name;
    const bool is_whole = parsed.encoded_host().size() == text.size();
    if (!is_whole || (is_name && std::ranges::any_of(name, ends_a_host)))
        refuse_log_url("has a host that is not valid");
    return name;
}

std::uint16_t parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || parsed_to != end || port == 0)
        refuse_log_url("has a port that is not between 1 and 65535");
    return port;
}

Host parse_host(std::string_view text) {
    const auto address_end = text.starts_with('[') ? text.find(']') : 0;  // IPv6 has colons of its own
    const auto colon = std::min(text.find(':', std::min(address_end, text.size())), text.size());
    Host host{.name = parse_host_name(text.substr(0, colon)), .port = {}};
    if (colon + 1 < text.size()) host.port = parse_port(text.substr(colon + 1));
    return host;
}

void read_credentials(const boost::urls::url_view& url, LogUrl& read) {
    read.user = url.user();
    if (url.has_password()) read.password = url.password();
    if (read.user.empty() && read.password && read.password->empty()) read.password.reset();
    // Some clients take a lone user for the password. A wrong guess would send a secret as a name.
    if (!read.user.empty() && !read.password)
        refuse_log_url("has a user without a password (a password alone is written :password@)");
}

void read_hosts(const std::vector<std::string_view>& texts, LogUrl& read) {
    const bool several = texts.size() > 1;
    for (const std::string_view text : texts) {
        if (text.empty() && !several) return;
        read.hosts.push_back(parse_host(text));
        if (several && read.hosts.back().name.empty()) refuse_log_url("has a comma without a host beside it");
    }
}

void read_parameters(const boost::urls::url_view& url, LogUrl& read) {
    for (const auto& parameter : url.params())
        if (!read.parameters.emplace(std::string(parameter.key), std::string(parameter.value)).second)
            refuse_log_url("names a parameter twice");
}

/// `?cluster=true` is how some providers hand out a cluster's address.
void read_cluster_parameter(LogUrl& read) {
    const auto parameter = read.parameters.find("cluster");
    if (read.engine != Engine::redis || parameter == read.parameters.end()) return;
    if (parameter->second != "true" && parameter->second != "false")
        refuse_log_url("has a parameter cluster that is neither true nor false");
    if (parameter->second == "true") read.engine = Engine::redis_cluster;
    read.parameters.erase(parameter);
}

}  // namespace

LogUrl parse_log_url(std::string_view text) {
    // The system's calls would end a host's name or a path there.
    if (text.find("%00") != std::string_view::npos) refuse_log_url("holds a zero byte");
    const SplitUrl split = split_hosts(text);
    const boost::urls::url_view url = parse(split.without_hosts);
    if (url.has_fragment()) refuse_log_url("has a part after #");

    const Scheme& scheme = scheme_of(url);
    if (!url.path().empty() && !url.is_path_absolute()) refuse_log_url("lacks the // after its scheme");
    LogUrl read{.engine = scheme.engine, .tls = scheme.tls, .path = url.path()};
    read_credentials(url, read);
    read_hosts(split.hosts, read);
    read_parameters(url, read);
    read_cluster_parameter(read);

    const bool one_server = read.engine == Engine::redis || read.engine == Engine::redis_socket;
    if (one_server && read.hosts.size() > 1)
        refuse_log_url("names several hosts, which only redis+sentinel, redis+cluster and kafka take");
    return read;
}

void refuse_log_url(const std::string& problem) {
    throw Error(Retry::never,
                "The URL of the log " + problem +
                    ". Write it as redis://user:password@host:6379/0, rediss://… for TLS, "
                    "unix:///path/to/socket?db=0, redis+sentinel://:password@host,host/master/0, "
                    "redis+cluster://:password@host,host, or "
                    "kafka://host,host/topic; in user and password, write each of "
                    "/ ? # @ : % as % and its two hexadecimal digits.");
}

std::string hosts_text(const std::vector<LogUrl::Host>& hosts, std::uint16_t usual_port) {
    std::string text;
    for (const auto& [name, port] : hosts) {
        const bool bracketed = name.find(':') != std::string::npos;
        text.append(text.empty() ? "" : ",")
            .append(bracketed ? '[' + name + ']' : name)
            .append(':' + std::to_string(port.value_or(usual_port)));
    }
    return text;
}

}  // namespace contrail
