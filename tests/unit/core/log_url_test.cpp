#include "core/log_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/error.hpp"

namespace contrail {

using ::testing::HasSubstr;

using Engine = LogUrl::Engine;

TEST(LogUrl, NamesTheEngineTheHostsAndThePath) {
    const struct {
        std::string url;
        LogUrl expected;
    } cases[] = {
        {"kafka://one", {.engine = Engine::kafka, .hosts = {{"one", {}}}}},
        {"kafka://one:9092,two/rides",
         {.engine = Engine::kafka, .hosts = {{"one", 9092}, {"two", {}}}, .path = "/rides"}},
        {"kafka+ssl://ann:s%40@one,[::1]:1/rides?acks=all&client.id=x",
         {.engine = Engine::kafka,
          .tls = true,
          .user = "ann",
          .password = "s@",
          .hosts = {{"one", {}}, {"::1", 1}},
          .path = "/rides",
          .parameters = {{"acks", "all"}, {"client.id", "x"}}}},
        {"redis+cluster://one,two,three",
         {.engine = Engine::redis_cluster, .hosts = {{"one", {}}, {"two", {}}, {"three", {}}}}},
        {"redis://one,two?cluster=true",
         {.engine = Engine::redis_cluster, .hosts = {{"one", {}}, {"two", {}}}}},
        {"REDISS+Sentinel://one/m",
         {.engine = Engine::redis_sentinel, .tls = true, .hosts = {{"one", {}}}, .path = "/m"}},
        {"unix:///run/redis", {.engine = Engine::redis_socket, .path = "/run/redis"}},
    };
    for (const auto& [url, expected] : cases) {
        SCOPED_TRACE(url);
        EXPECT_EQ(parse_log_url(url), expected);
    }
}

TEST(LogUrl, IsRefusedWithTheReason) {
    const struct {
        std::string url, reason;
    } cases[] = {
        {"", "not a valid URL"},
        {"amqp://one", "scheme"},
        {"kafka:one", "lacks the //"},
        {"kafka://one,,two", "comma without a host"},
        {"kafka://one,two three", "not a valid URL"},
        {"kafka://one,two:99999/rides", "port"},
        {"kafka://one:9092x,two", "port"},
        {"kafka://[::1]x:1", "host that is not valid"},
        {"kafka://one%40two:1", "host that is not valid"},
        {"redis+cluster://one,two%2Fthree", "host that is not valid"},
        {"redis://a%20b", "host that is not valid"},
        {"kafka://one?a=1&a=2", "parameter twice"},
        {"redis://one,two", "several hosts"},
        {"unix://one,two/run", "several hosts"},
    };
    for (const auto& [url, reason] : cases) {
        SCOPED_TRACE(url);
        try {
            parse_log_url(url);
            ADD_FAILURE() << "was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr(reason));
        }
    }
}

}  // namespace contrail
