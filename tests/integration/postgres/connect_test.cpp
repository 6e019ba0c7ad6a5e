#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "contrail/postgres.hpp"
#include "contrail/postgres_notices.hpp"
#include "contrail/signals.hpp"
#include "integration/postgres/is_error.hpp"
#include "postgres/connection.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using postgres::Connection;
using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

/// Takes connections on a unix socket, and never answers.
class SilentServer {
public:
    explicit SilentServer(const std::filesystem::path& path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(socket_, 1), 0);
    }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    ~SilentServer() { close(socket_); }

private:
    int socket_;
};

}  // namespace

class Connecting : public ::testing::Test {
protected:
    static auto to(const std::string& url, const postgres::Waits& waits = {}) {
        return [url, waits] { Connection(url, "test", waits, [](Connection&) {}).open(); };
    }

    std::string as_user(std::string_view user) const { return url + "?user=" + std::string(user); }

    const std::string url = fresh_database();
    AdminPostgres admin{url};
};

TEST_F(Connecting, TellsAMistakeFromAServerThatIsAway) {
    admin.run("CREATE ROLE without_login; CREATE ROLE without_room LOGIN CONNECTION LIMIT 0");
    EXPECT_THAT(error_of(to(shared_postgres().url("no_such"))),
                IsError(Retry::never, AllOf(HasSubstr("Cannot connect to database \"no_such\""),
                                            HasSubstr("3D000"), HasSubstr("Create the database"))));
    EXPECT_THAT(error_of(to(as_user("nobody"))),
                IsError(Retry::never, AllOf(HasSubstr("28000"), HasSubstr("pg_hba.conf"))));
    EXPECT_THAT(error_of(to(as_user("without_login"))), IsError(Retry::never, HasSubstr("28000")));
    EXPECT_THAT(error_of(to(as_user("without_room"))), IsError(Retry::call, HasSubstr("53300")));
    EXPECT_THAT(error_of(to("postgres://localhost:1/rides")), IsError(Retry::call, HasSubstr("refused")));
    EXPECT_THAT(error_of(to("postgres://%2Fno%2Fsuch%2Ffolder/rides")),
                IsError(Retry::call, HasSubstr("/no/such/folder")));
    admin.run("DROP ROLE without_login; DROP ROLE without_room");
}

TEST_F(Connecting, WaitsForADatabaseThatIsClosed) {
    AdminPostgres server(shared_postgres().url());
    const std::string name = admin.value("SELECT current_database()");
    server.run("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
    EXPECT_THAT(error_of(to(url)),
                IsError(Retry::call, AllOf(HasSubstr("not currently accepting connections"),
                                           HasSubstr("The database is closed for now"))));
    server.run("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS true");
    EXPECT_EQ(error_of(to(url)), std::nullopt);
}

TEST_F(Connecting, WaitsForAServerThatLetItInBefore) {
    AdminPostgres server(shared_postgres().url());
    const std::string name = admin.value("SELECT current_database()");
    server.run("CREATE ROLE visitor LOGIN; REVOKE CONNECT ON DATABASE " + name +
               " FROM PUBLIC; GRANT CONNECT ON DATABASE " + name + " TO visitor");
    Connection connection(as_user("visitor"), "test", {}, [](Connection&) {});
    connection.open();
    admin.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'visitor'");
    const std::pair<std::string, std::string> windows[] = {
        {"ALTER ROLE visitor NOLOGIN", "ALTER ROLE visitor LOGIN"},
        {"ALTER ROLE visitor CONNECTION LIMIT 0", "ALTER ROLE visitor CONNECTION LIMIT -1"},
        {"ALTER DATABASE " + name + " CONNECTION LIMIT 0", "ALTER DATABASE " + name + " CONNECTION LIMIT -1"},
        {"REVOKE CONNECT ON DATABASE " + name + " FROM visitor",
         "GRANT CONNECT ON DATABASE " + name + " TO visitor"},
    };
    for (const auto& [close, open] : windows) {
        server.run(close);
        connection.close();
        EXPECT_THAT(error_of([&] { connection.open(); }), IsError(Retry::call, HasSubstr("Cannot connect")))
            << close;
        server.run(open);
        EXPECT_EQ(error_of([&] { connection.open(); }), std::nullopt) << open;
    }
    connection.close();
    server.run("REVOKE CONNECT ON DATABASE " + name + " FROM visitor; DROP ROLE visitor");
}

TEST_F(Connecting, GivesUpOnAServerThatSaysNothing) {
    const servers::TemporaryDirectory folder;
    const SilentServer server(folder.path() / ".s.PGSQL.5432");
    EXPECT_THAT(error_of(to("host=" + folder.path().native() + " port=5432",
                            {.connect_max = postgres::Milliseconds(50)})),
                IsError(Retry::call, HasSubstr("no answer within 50 ms")));
}

// In a process of its own, which has been asked to stop.
TEST_F(Connecting, GivesUpSoonOnceTheProgramIsAskedToStop) {
    const servers::TemporaryDirectory folder;
    const SilentServer server(folder.path() / ".s.PGSQL.5432");
    const auto connect = [&] {
        stop_on_signals();
        ::kill(::getpid(), SIGTERM);
        const auto error = error_of(
            to("host=" + folder.path().native() + " port=5432", {.connect_max = std::chrono::hours(1)}));
        ::_exit(error ? 0 : 1);
    };
    EXPECT_EXIT(connect(), ::testing::ExitedWithCode(0), "");
}

TEST_F(Connecting, GoesByARoleUnlessTheUrlSaysOtherwise) {
    const auto name_of = [](Connection& connection) {
        return std::string(connection.run({"ask"}, "SHOW application_name").text(0, 0));
    };
    Connection usual(url, "streamer", {}, [](Connection&) {});
    Connection named(url + "?application_name=mine", "streamer", {}, [](Connection&) {});
    EXPECT_EQ(name_of(usual), "contrail streamer");
    EXPECT_EQ(name_of(named), "mine");
}

TEST_F(Connecting, SpeaksUtf8) {
    Connection connection(url + "?client_encoding=LATIN1", "test", {}, [](Connection&) {});
    EXPECT_EQ(connection.run({"ask"}, "SHOW client_encoding").text(0, 0), "UTF8");
}

TEST_F(Connecting, RefusesADatabaseThatCannotHoldAllCharacters) {
    AdminPostgres server(shared_postgres().url());
    for (const std::string encoding : {"SQL_ASCII", "LATIN1", "WIN1252"}) {
        server.run("CREATE DATABASE narrow ENCODING '" + encoding + "' LOCALE 'C' TEMPLATE template0");
        Settings settings;
        settings.database_url = shared_postgres().url("narrow");
        EXPECT_THAT(error_of([&] { migrate_postgres(settings); }),
                    IsError(Retry::never,
                            AllOf(HasSubstr("the encoding " + encoding), HasSubstr("ENCODING 'UTF8'"))));
        server.run("DROP DATABASE narrow");
    }
}

TEST_F(Connecting, KeepsNoticesOfTheServerOffStandardError) {
    AdminPostgres(shared_postgres().url())
        .run("UPDATE pg_database SET datcollversion = 'older' WHERE datname = '" +
             admin.value("SELECT current_database()") + "'");
    ::testing::internal::CaptureStderr();
    AdminPostgres plain(url);
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("collation version"));

    std::vector<std::string> notices;
    on_postgres_notice([&](std::string_view notice) { notices.emplace_back(notice); });
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(error_of(to(url)), std::nullopt);
    EXPECT_EQ(error_of(to(url)), std::nullopt);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    on_postgres_notice({});
    EXPECT_THAT(notices, ::testing::ElementsAre(AllOf(StartsWith("database \""), HasSubstr(": WARNING: "),
                                                      HasSubstr("collation version"), Not(HasSubstr("\n")))))
        << "once";
}

/// Takes TCP connections at an address of this machine, and never answers.
class SilentAddress {
public:
    explicit SilentAddress(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        EXPECT_EQ(inet_pton(AF_INET, address.c_str(), &place.sin_addr), 1);
        socklen_t size = sizeof place;
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&place), size), 0);
        EXPECT_EQ(listen(socket_, 5), 0);
        EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size), 0);
        port_ = std::to_string(ntohs(place.sin_port));
    }
    SilentAddress(const SilentAddress&) = delete;
    SilentAddress& operator=(const SilentAddress&) = delete;
    ~SilentAddress() { close(socket_); }

    [[nodiscard]] const std::string& port() const { return port_; }

private:
    int socket_;
    std::string port_;
};

TEST_F(Connecting, PassesPlacesThatSayNothing) {
    const SilentAddress first("127.0.0.1");
    const SilentAddress second("127.0.0.2");
    const std::string socket_folder = shared_postgres().socket().parent_path().native();
    const std::string places = "host=127.0.0.1,127.0.0.2," + socket_folder + " port=" + first.port() + "," +
                               second.port() + ",5432 user=postgres dbname=postgres";
    EXPECT_EQ(error_of(to(places, {.connect_max = postgres::Milliseconds(50)})), std::nullopt);
}

TEST_F(Connecting, WaitsAsLongAsTheUrlSays) {
    const SilentAddress silent("127.0.0.1");
    const std::string place = "host=127.0.0.1 port=" + silent.port() + " dbname=rides connect_timeout=";
    const auto patient = [&](const char* timeout) {
        return error_of(to(place + timeout, {.connect_max = postgres::Milliseconds(50)}));
    };
    EXPECT_THAT(patient("1"), IsError(Retry::call, HasSubstr("no answer within 2000 ms")))
        << "as libpq has it";
    EXPECT_THAT(patient("0"), IsError(Retry::call, HasSubstr("no answer within 50 ms")))
        << "never without a bound";
}

// However a URL is mistyped, no part of its password may come out.
TEST_F(Connecting, NeverShowsAPassword) {
    for (const std::string mistyped : {
             "postgres://user:s3cret@localhost:1/rides",
             "postgres://user:s3@cret@localhost:1/rides",
             "postgres://user:s3/cret@localhost:1/rides",
             "postgres://user:s3?cret@localhost:1/rides",
             "postgres://user:s3%cret@localhost:1/rides",
             "postgres://user@example.com:s3cret@localhost:1/rides",
             "postgres://us/er:s3cret@localhost:1/rides",
             "postgress://user:s3cret@localhost:1/rides",
             "user:s3cret@localhost:1/rides",
             "host=localhost port=1 password=s3 cret",
             "host=localhost port=1 pasword=s3cret",
         }) {
        EXPECT_THAT(error_of(to(mistyped)), IsError(_, AllOf(Not(HasSubstr("s3")), Not(HasSubstr("cret")))))
            << mistyped;
    }
}

}  // namespace contrail::test
