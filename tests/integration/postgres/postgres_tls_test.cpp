#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/postgres/is_error.hpp"
#include "integration/redis/certificates.hpp"
#include "postgres/connection.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A server that shows a certificate, and a program that asks for one (sslmode=verify-full).
class PostgresTls : public ::testing::Test {
protected:
    /// The server shows `certificate` to sessions that begin after a moment.
    void show(const Certificate& certificate) {
        admin.run("COPY (SELECT 1) TO PROGRAM 'install -m 600 " + certificate.key_file + " server.key'");
        admin.run("ALTER SYSTEM SET ssl_key_file = 'server.key'");
        admin.run("ALTER SYSTEM SET ssl_cert_file = '" + certificate.cert_file + "'");
        admin.run("ALTER SYSTEM SET ssl = on");
        admin.run("SELECT pg_reload_conf()");
        wait_until("the server has read its settings",
                   [&] { return admin.value("SHOW ssl_cert_file") == certificate.cert_file; });
    }

    [[nodiscard]] std::string url(const std::string& ca_file) const {
        std::string text = server.tcp_url();
        text.replace(text.find("127.0.0.1"), 9, "localhost");
        return text + "?sslmode=verify-full&sslrootcert=" + ca_file;
    }

    std::optional<Error> error_at(const std::string& ca_file) {
        postgres::Connection connection(url(ca_file), "test", {}, [](postgres::Connection&) {});
        return error_of([&] { connection.open(); });
    }

    const servers::TemporaryDirectory folder;
    const Authority authority{folder.path(), "authority"};
    servers::PrivatePostgres server{{.data_dir = folder.path() / "postgres",
                                     .durable = false,
                                     .tcp = servers::TcpAccess{.port = free_port(), .password = "s3cret"}}};
    AdminPostgres admin{server.url()};
};

// An operator renews a certificate at the server. The programs that wait for it need none.
TEST_F(PostgresTls, WaitsForACertificateThatItCanTrust) {
    const Authority stranger(folder.path(), "stranger");
    struct Case {
        const char* what;
        Certificate certificate;
        const char* reason;
    };
    const Case cases[] = {
        {"expired", authority.sign_expired("late", "DNS:localhost"), "Renew the server's certificate"},
        {"of another host", authority.sign("other", "DNS:elsewhere.test"), "elsewhere.test"},
        {"of an unknown authority", stranger.sign("unknown", "DNS:localhost"), "sslrootcert"},
    };
    postgres::Connection connection(url(authority.ca_file()), "test", {}, [](postgres::Connection&) {});
    for (const Case& each : cases) {
        show(each.certificate);
        wait_until("the server shows it", [&] { return error_at(authority.ca_file()).has_value(); });
        EXPECT_THAT(error_of([&] { connection.open(); }),
                    IsError(Retry::call, AllOf(HasSubstr("Cannot connect"), HasSubstr(each.reason))))
            << each.what;
        show(authority.sign("good", "DNS:localhost"));
        wait_until("the server shows it", [&] { return !error_at(authority.ca_file()); });
        EXPECT_EQ(error_of([&] { connection.open(); }), std::nullopt) << each.what;
        connection.close();
    }
}

}  // namespace contrail::test
