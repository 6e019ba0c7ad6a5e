#include "redis/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "contrail/error.hpp"

namespace contrail::redis {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// Field by field, so that a line of the table below stays short. No default but Endpoint's own.
Endpoint tcp(const std::string& host, std::uint16_t port = 6379, std::uint32_t database = 0) {
    Endpoint endpoint;
    endpoint.host = host;
    endpoint.port = port;
    endpoint.database = database;
    return endpoint;
}

Endpoint unix_socket(const std::string& path, std::uint32_t database = 0) {
    Endpoint endpoint;
    endpoint.socket_path = path;
    endpoint.database = database;
    return endpoint;
}

Endpoint with_login(Endpoint endpoint, const std::string& user, const std::string& password) {
    endpoint.user = user;
    endpoint.password = password;
    return endpoint;
}

Endpoint with_sentinels(Endpoint endpoint, Sentinels sentinels) {
    endpoint.found_by = std::move(sentinels);
    return endpoint;
}

Endpoint with_seeds(Endpoint endpoint, std::vector<LogUrl::Host> seeds) {
    endpoint.found_by = ClusterNodes{std::move(seeds)};
    return endpoint;
}

Endpoint with_tls(Endpoint endpoint) {
    endpoint.tls.emplace();
    return endpoint;
}

}  // namespace

TEST(RedisUrl, IsUnderstood) {
    const struct {
        std::string url;
        Endpoint endpoint;
        std::string name;
    } cases[] = {
        {"redis://", tcp("localhost"), "redis://localhost:6379/0"},
        {"redis://box", tcp("box"), "redis://box:6379/0"},
        {"redis://box/", tcp("box"), "redis://box:6379/0"},
        {"redis://box:7000/3", tcp("box", 7000, 3), "redis://box:7000/3"},
        {"redis://box?db=3", tcp("box", 6379, 3), "redis://box:6379/3"},
        {"REDIS://box", tcp("box"), "redis://box:6379/0"},
        {"redis://127.0.0.1:65535", tcp("127.0.0.1", 65535), "redis://127.0.0.1:65535/0"},
        {"redis://[::1]:7000/1", tcp("::1", 7000, 1), "redis://[::1]:7000/1"},
        {"rediss://box:7000", with_tls(tcp("box", 7000)), "rediss://box:7000/0"},
        {"redis://:secret@box", with_login(tcp("box"), "", "secret"), "redis://box:6379/0"},
        {"redis://ann:secret@box/2", with_login(tcp("box", 6379, 2), "ann", "secret"), "redis://box:6379/2"},
        {"redis://ann:@box", with_login(tcp("box"), "ann", ""), "redis://box:6379/0"},
        {"redis://:@box", tcp("box"), "redis://box:6379/0"},
        {"redis://a%40b:%2F%3f%25%20@box", with_login(tcp("box"), "a@b", "/?% "), "redis://box:6379/0"},
        {"unix:///run/redis.sock", unix_socket("/run/redis.sock"), "unix:///run/redis.sock?db=0"},
        {"unix:///run/my%20redis?db=4", unix_socket("/run/my redis", 4), "unix:///run/my redis?db=4"},
        {"unix:///run/%25a%3Fb%23", unix_socket("/run/%a?b#", 0), "unix:///run/%25a%3Fb%23?db=0"},
        {"redis+unix:///run/redis", unix_socket("/run/redis"), "unix:///run/redis?db=0"},
        {"unix://ann:secret@/run/redis", with_login(unix_socket("/run/redis"), "ann", "secret"),
         "unix:///run/redis?db=0"},
        {"redis+sentinel://one,two:1/mymaster", with_sentinels({}, {{{"one", {}}, {"two", 1}}, "mymaster"}),
         "redis+sentinel://one:26379,two:1/mymaster/0"},
        {"redis-sentinel://ann:secret@one/mymaster/2?sentinel_username=bob&sentinel_password=s3",
         with_sentinels(with_login(tcp("localhost", 6379, 2), "ann", "secret"),
                        {{{"one", {}}}, "mymaster", "bob", "s3"}),
         "redis+sentinel://one:26379/mymaster/2"},
        {"rediss+sentinel://one/mymaster?db=3",
         with_sentinels(with_tls(tcp("localhost", 6379, 3)), {{{"one", {}}}, "mymaster", "", {}, true}),
         "rediss+sentinel://one:26379/mymaster/3"},
        {"rediss+sentinel://one/mymaster?sentinel_tls=no",
         with_sentinels(with_tls({}), {{{"one", {}}}, "mymaster", "", {}, false}),
         "rediss+sentinel://one:26379/mymaster/0"},
        {"redis+cluster://one:7000,[::1]:7001,three",
         with_seeds({}, {{"one", 7000}, {"::1", 7001}, {"three", {}}}),
         "redis+cluster://one:7000,[::1]:7001,three:6379"},
        {"rediss-cluster://ann:secret@one/0",
         with_seeds(with_login(with_tls({}), "ann", "secret"), {{"one", {}}}), "rediss+cluster://one:6379"},
        {"redis://one,two/?cluster=true", with_seeds({}, {{"one", {}}, {"two", {}}}),
         "redis+cluster://one:6379,two:6379"},
        {"redis://one?cluster=false", tcp("one"), "redis://one:6379/0"},
    };
    for (const auto& [url, endpoint, name] : cases) {
        SCOPED_TRACE(url);
        EXPECT_EQ(parse_url(url), endpoint);
        EXPECT_EQ(parse_url(url).name(), name);
    }
}

TEST(RedisUrl, IsRefusedWithTheReason) {
    const struct {
        std::string url, reason;
    } cases[] = {
        {"", "not a valid URL"},
        {"box:6379", "scheme"},
        {"localhost", "not a valid URL"},
        {"redis:// box", "not a valid URL"},
        {"redis://ann:100%@box", "not a valid URL"},
        {"http://box", "scheme"},
        {"redis://box:0", "port"},
        {"redis://box:65536", "port"},
        {"redis://box/one", "database"},
        {"redis://box/-1", "database"},
        {"redis://box/1/2", "database"},
        {"redis://box/4294967296", "database"},
        {"redis://box/1?db=1", "database twice"},
        {"redis://box?db=1&db=2", "parameter twice"},
        {"redis://box?db", "database"},
        {"redis://box?timeout=1", "a parameter that Redis logs do not have"},
        {"redis://box?cluster=yes", "neither true nor false"},
        {"redis://one,two", "several hosts"},
        {"redis+sentinel://one", "names no master"},
        {"redis+sentinel://one//0", "names no master"},
        {"redis+sentinel:///mymaster", "names no host"},
        {"redis+sentinel://one/mymaster/x", "database"},
        {"redis+sentinel://one/mymaster/1?db=1", "database twice"},
        {"redis+sentinel://one/mymaster?sentinel_username=bob", "without a sentinel_password"},
        {"redis+sentinel://one/mymaster?sentinel_tls=1", "neither yes nor no"},
        {"redis+sentinel://one/mymaster?sentinel_tls=yes", "rediss+sentinel"},
        {"redis+cluster://", "names no host"},
        {"redis+cluster://one/1", "database other than 0"},
        {"redis+cluster://one,", "a comma without a host"},
        {"redis+cluster://,one", "a comma without a host"},
        {"redis+cluster://one,two:65536", "port"},
        {"redis+cluster://one,two@three", "user without a password"},
        {"kafka://one/rides", "Kafka where Redis is needed"},
        {"redis://box#1", "after #"},
        {"redis://ann@box", "user without a password"},
        {"unix://run/redis.sock", "three slashes"},
        {"unix:///", "no socket"},
        {"unix:///run/redis%00.sock", "zero byte"},
        {"unix://", "no socket"},
    };
    for (const auto& [url, reason] : cases) {
        SCOPED_TRACE(url);
        try {
            parse_url(url);
            ADD_FAILURE() << "was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr(reason));
        }
    }
}

// A password that was not percent-encoded ends up in host, port, path, query or fragment.
TEST(RedisUrl, NeverShowsThePassword) {
    for (const std::string url :
         {"redis://ann:s3cr3t@box/one", "redis://ann:12/s3cr3t@box", "redis://ann:12?s3cr3t@box",
          "redis://ann:12#s3cr3t@box", "redis://ann:s3cr3t@box@box", "redis://:12/s3cr3t@box:1/0",
          "unix://ann:12/s3cr3t@/run/redis?x", "ann:s3cr3t@box", "s3cr3t", "redis://s3cr3t@box",
          "redis+cluster://ann:s3cr3t@one,two@three", "redis+sentinel://ann:s3cr3t@one,two:x/mymaster",
          "redis+sentinel://one/mymaster?sentinel_password=s3cr3t&x=1", "kafka://ann:s3cr3t@one,two:x"}) {
        SCOPED_TRACE(url);
        try {
            parse_url(url);
            ADD_FAILURE() << "was accepted";
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), Not(HasSubstr("s3cr3t")));
        }
    }
    EXPECT_THAT(parse_url("redis://ann:s3cr3t@box").name(), Not(HasSubstr("s3cr3t")));
}

TEST(RedisEndpoint, HasTheTlsFilesWhereTheUrlAsksForTls) {
    Settings settings;
    settings.redis_ca_file = "ca.pem";
    settings.redis_cert_file = "cert.pem";
    settings.redis_key_file = "key.pem";
    settings.redis_tls_verify = false;

    settings.log_url = "rediss://box";
    EXPECT_EQ(endpoint_of(settings).tls, (Tls{"ca.pem", "cert.pem", "key.pem", false}));
    settings.log_url = "redis://box";
    EXPECT_EQ(endpoint_of(settings).tls, std::nullopt);
}

TEST(RedisEndpoint, WantsACertificateAndItsKeyOrNeither) {
    Settings settings;
    settings.log_url = "rediss://box";
    settings.redis_cert_file = "cert.pem";
    EXPECT_THROW(endpoint_of(settings), Error);
    settings.redis_key_file = "key.pem";
    EXPECT_NO_THROW(endpoint_of(settings));
    settings.redis_cert_file.clear();
    EXPECT_THROW(endpoint_of(settings), Error);
}

}  // namespace contrail::redis
