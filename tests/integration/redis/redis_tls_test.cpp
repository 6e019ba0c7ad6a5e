#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/redis/certificates.hpp"
#include "integration/redis/fake_server.hpp"
#include "integration/redis/redis_server.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A server with a certificate for localhost and 127.0.0.1, signed by an authority of ours.
class RedisTls : public ::testing::Test {
protected:
    RedisTls() {
        show(server_certificate_);
        redis.run({"CONFIG", "SET", "tls-auth-clients", "no"});
        port_ = redis.open_port("tls-port");
    }

    /// The server shows `certificate` to connections to come.
    void show(const Certificate& certificate) {
        redis.run({"CONFIG", "SET", "tls-cert-file", certificate.cert_file, "tls-key-file",
                   certificate.key_file, "tls-ca-cert-file", authority.ca_file()});
    }

    [[nodiscard]] redis::RedisLog log(const redis::Tls& tls, const std::string& host = "localhost") const {
        redis::Endpoint endpoint = redis::parse_url("rediss://" + host + ":" + port_);
        endpoint.tls = tls;
        return {endpoint, StreamName("rides"), {}};
    }

    void expect_refused(const redis::Tls& tls, const std::string& reason,
                        const std::string& host = "localhost") {
        auto client = log(tls, host);
        const Error error = error_of([&] { client.head(); });
        EXPECT_EQ(error.retry(), Retry::never) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(reason));
    }

    static redis::Tls trust(const std::string& ca_file) { return {ca_file, "", ""}; }

    [[nodiscard]] redis::Tls trusting() const { return trust(authority.ca_file()); }

    servers::TemporaryDirectory directory;
    Authority authority{directory.path(), "authority"};
    RedisServer redis;

private:
    Certificate server_certificate_ = authority.sign("server", "DNS:localhost,IP:127.0.0.1");
    std::string port_;
};

TEST_F(RedisTls, TrustsAServerWhoseAuthorityItKnows) {
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        auto client = log(trusting(), host);
        EXPECT_EQ(client.head(), RecordId{}) << host;
    }
}

TEST_F(RedisTls, RefusesAServerWhoseAuthorityItDoesNotKnow) {
    const Authority stranger(directory.path(), "stranger");
    expect_refused(trust(stranger.ca_file()), "certificate that cannot be accepted");
    expect_refused(trust(""), "certificate that cannot be accepted");
}

TEST_F(RedisTls, RefusesAServerUnderANameThatItsCertificateDoesNotBear) {
    show(authority.sign("other", "DNS:elsewhere.test,IP:127.0.0.2"));
    expect_refused(trusting(), "hostname mismatch");
    expect_refused(trusting(), "IP address mismatch", "127.0.0.1");
}

// A late renewal needs an operator at the server, and none at the programs that wait for it.
TEST_F(RedisTls, WaitsForTheRenewalOfAnExpiredCertificate) {
    show(authority.sign_expired("late", "DNS:localhost"));
    auto client = log(trusting());
    const Error error = error_of([&] { client.head(); });
    EXPECT_EQ(error.retry(), Retry::call) << error.what();
    EXPECT_THAT(error.what(), AllOf(HasSubstr("certificate has expired"), HasSubstr("Renew it")));

    show(authority.sign("renewed", "DNS:localhost"));
    EXPECT_EQ(client.head(), RecordId{});
}

TEST_F(RedisTls, AcceptsAnyServerIfToldNotToVerify) {
    auto client = log({"", "", "", false});
    EXPECT_EQ(client.head(), RecordId{});
}

TEST_F(RedisTls, ShowsItsOwnCertificateToAServerThatWantsOne) {
    redis.run({"CONFIG", "SET", "tls-auth-clients", "yes"});
    const Certificate own = authority.sign("client", "DNS:client");
    auto client = log({authority.ca_file(), own.cert_file, own.key_file});
    EXPECT_EQ(client.head(), RecordId{});

    auto nameless = log(trusting());
    // Whether it is told so or just hung up on depends on which side is faster.
    const Error error = error_of([&] { nameless.head(); });
    EXPECT_THAT(error.what(), HasSubstr("client certificate (REDIS_CERT_FILE"));
}

TEST_F(RedisTls, NamesAFileThatCannotBeUsed) {
    const Certificate own = authority.sign("client", "DNS:client");
    const Certificate other = authority.sign("other", "DNS:other");
    const std::string ca = authority.ca_file();
    expect_refused(trust("/nowhere/ca.pem"), "/nowhere/ca.pem");
    expect_refused({ca, "/nowhere/cert.pem", own.key_file}, "/nowhere/cert.pem");
    expect_refused({ca, own.cert_file, "/nowhere/key.pem"}, "/nowhere/key.pem");
    expect_refused({ca, own.cert_file, own.cert_file}, "REDIS_KEY_FILE");
    expect_refused({ca, own.cert_file, other.key_file}, "REDIS_KEY_FILE");
}

TEST_F(RedisTls, IsNotMistakenForAPlainPort) {
    const FakeServer plain({FakeServer::answer("-ERR Protocol error\r\n")});
    auto client = RedisServer::log_at(plain.url("rediss"));
    const Error error = error_of([&] { client.head(); });
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(error.what(), HasSubstr("Check that its port expects TLS"));
}

TEST_F(RedisTls, SurvivesAServerThatHangsUp) {
    const FakeServer rude({FakeServer::answer("")});
    auto stranger = RedisServer::log_at(rude.url("rediss"));
    EXPECT_EQ(error_of([&] { stranger.head(); }).retry(), Retry::call);

    auto client = log(trusting());
    EXPECT_EQ(client.head(), RecordId{});
    redis.run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    EXPECT_EQ(error_of([&] { append(client, {}, rides(1, 1)); }).retry(), Retry::in_doubt);
    EXPECT_EQ(append(client, {}, rides(1, 1)), ride_id(1));
}

TEST_F(RedisTls, CarriesALargePipelineInBothDirections) {
    auto client = log(trusting());
    const std::string data(1U << 20U, 'x');
    for (std::uint64_t offset = 1; offset <= 12; ++offset)
        client.append_begin(offset == 1 ? RecordId{} : ride_id(offset - 1), rides(offset, offset, data));
    client.read_begin({}, {.bytes_max = 12 * data.size()}, std::chrono::milliseconds(0));
    for (std::uint64_t offset = 13; offset <= 24; ++offset)
        client.append_begin(ride_id(offset - 1), rides(offset, offset, data));
    std::vector<Record> found;
    client.read_end(found);
    EXPECT_EQ(found, rides(1, 12, data));
    for (std::uint64_t offset = 1; offset <= 24; ++offset) ASSERT_EQ(client.append_end(), ride_id(offset));
}

}  // namespace contrail::test
