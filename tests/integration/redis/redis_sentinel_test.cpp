// What sentinels say, and what of it is believed. tests/integration/failover has real fail-overs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "integration/redis/certificates.hpp"
#include "integration/redis/fake_server.hpp"
#include "integration/redis/redis_server.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

std::string host_of(const std::string& url) {
    return url.substr(url.find("://") + 3);
}

/// A sentinel that has seen so many fail-overs, and names the server at `url` as the master.
FakeServer::Play names(const std::string& url, int config_epoch) {
    const std::string host = host_of(url);
    const auto colon = host.find(':');
    const std::array<std::string, 6> fields{"ip",           host.substr(0, colon),
                                            "port",         host.substr(colon + 1),
                                            "config-epoch", std::to_string(config_epoch)};
    std::string reply = "*6\r\n";
    for (const std::string& field : fields)
        reply += '$' + std::to_string(field.size()) + "\r\n" + field + "\r\n";
    return FakeServer::answer(reply);
}

std::string url_of(const std::vector<std::string>& sentinels) {
    std::string hosts;
    for (const std::string& url : sentinels) hosts += (hosts.empty() ? "" : ",") + host_of(url);
    return "redis+sentinel://" + hosts + "/rides";
}

}  // namespace

TEST(RedisSentinel, IsBelievedIfItKnowsOfTheLatestFailOver) {
    RedisServer redis;
    const FakeServer master({FakeServer::relay(redis.socket_path())});
    const FakeServer cut_off({names("redis://127.0.0.1:1", 6)});
    const FakeServer current({names(master.url(), 7)});
    const FakeServer older({names("redis://127.0.0.1:2", 5)});
    auto log = RedisServer::log_at(url_of({cut_off.url(), current.url(), older.url()}));
    EXPECT_EQ(append(log, {}, rides(1, 1)), ride_id(1));
    EXPECT_EQ(redis.run({"XLEN", "rides"}), "1");
}

TEST(RedisSentinel, IsPassedOverWhileItIsAway) {
    RedisServer redis;
    const FakeServer master({FakeServer::relay(redis.socket_path())});
    std::string away;
    { away = FakeServer().url(); }
    const FakeServer sentinel({names(master.url(), 0)});
    auto log = RedisServer::log_at(url_of({away, sentinel.url()}));
    EXPECT_EQ(log.head(), RecordId{});
}

TEST(RedisSentinel, LeadsToNoServerThatSaysItIsAReplica) {
    RedisServer redis;
    redis.run({"REPLICAOF", "127.0.0.1", "1"});
    const FakeServer replica({FakeServer::relay(redis.socket_path())});
    const FakeServer sentinel({names(replica.url(), 0)});
    auto log = RedisServer::log_at(url_of({sentinel.url()}), {.connect = std::chrono::milliseconds(50)});
    const Error error = error_of([&] { append(log, {}, rides(1, 1)); });
    EXPECT_EQ(error.retry(), Retry::call);
    EXPECT_THAT(error.what(), HasSubstr("is no master, though the sentinels name it"));
}

TEST(RedisSentinel, ThatKnowsNoSuchMasterIsForGood) {
    const std::string refusal = "-ERR No such master with that name\r\n";
    const FakeServer one({FakeServer::answer(refusal)});
    const FakeServer two({FakeServer::answer(refusal)});
    auto log = RedisServer::log_at(url_of({one.url(), two.url()}));
    const Error error = error_of([&] { log.head(); });
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(host_of(one.url())), HasSubstr(host_of(two.url())),
                                    HasSubstr("Correct the master's name")));
}

TEST(RedisSentinel, IsReachedByTlsAsTheMasterIs) {
    const servers::TemporaryDirectory folder;
    const Authority authority(folder.path(), "authority");
    const Certificate certificate = authority.sign("server", "DNS:localhost,IP:127.0.0.1");
    RedisServer redis;
    redis.run({"CONFIG", "SET", "tls-cert-file", certificate.cert_file, "tls-key-file", certificate.key_file,
               "tls-ca-cert-file", authority.ca_file()});
    redis.run({"CONFIG", "SET", "tls-auth-clients", "no"});
    const std::string master_port = redis.open_port("tls-port");
    const std::string port = std::to_string(free_port());
    const auto file = folder.path() / "sentinel.conf";
    std::ofstream(file) << "port 0\ntls-port " << port << "\ndir " << folder.path().native()
                        << "\ntls-auth-clients no\ntls-cert-file " << certificate.cert_file
                        << "\ntls-key-file " << certificate.key_file << "\ntls-ca-cert-file "
                        << authority.ca_file() << "\nsentinel monitor rides 127.0.0.1 " << master_port
                        << " 1\n";
    servers::Command command;
    command.arguments = {"redis-server", file, "--sentinel", "--logfile", folder.path() / "log"};
    const servers::ChildProcess sentinel(command);

    redis::Endpoint endpoint = redis::parse_url("rediss+sentinel://localhost:" + port + "/rides");
    endpoint.tls = redis::Tls{.ca_file = authority.ca_file(), .cert_file = "", .key_file = ""};
    redis::RedisLog log(endpoint, StreamName("rides"));
    RecordId head;
    wait_until("the sentinel listens", [&] {
        try {
            head = append(log, {}, rides(1, 1));
        } catch (const Error& error) {
            if (error.retry() == Retry::never) throw;
        }
        return head == ride_id(1);
    });
    EXPECT_EQ(redis.run({"XLEN", "rides"}), "1");
}

}  // namespace contrail::test
