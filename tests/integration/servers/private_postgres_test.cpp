#include "servers/private_postgres.hpp"

#include <gmock/gmock.h>
#include <libpq-fe.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::servers {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

Connection connect(const PrivatePostgres& postgres, std::string_view database = "postgres") {
    return {PQconnectdb(postgres.url(database).c_str()), &PQfinish};
}

/// The first value of what the statement returns; else what went wrong.
std::string ask(const PrivatePostgres& postgres, const char* statement) {
    const Connection connection = connect(postgres);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statement), &PQclear);
    if (PQntuples(result.get()) == 1) return PQgetvalue(result.get(), 0, 0);
    return PQerrorMessage(connection.get());
}

PrivatePostgres::Options in(const std::filesystem::path& folder) {
    return {folder, false, {}};
}

template <typename Function>
std::string message_of(const Function& function) {
    try {
        function();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(PrivatePostgres, AnswersAtOnce) {
    const TemporaryDirectory folder;
    const PrivatePostgres postgres(in(folder.path() / "made" / "with its parents"));
    EXPECT_EQ(ask(postgres, "SELECT current_user"), "postgres");
    EXPECT_EQ(ask(postgres, "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(ask(postgres, "SHOW listen_addresses"), "");
}

TEST(PrivatePostgres, RunsTheProgramsThatTheEnvironmentNames) {
    const TemporaryDirectory folder;
    const char* const before = std::getenv("CONTRAIL_POSTGRES_PROGRAMS");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("CONTRAIL_POSTGRES_PROGRAMS", folder.path().c_str(), 1);
    EXPECT_THAT(message_of([&] { const PrivatePostgres postgres(in(folder.path() / "data")); }),
                HasSubstr("CONTRAIL_POSTGRES_PROGRAMS names " + folder.path().string() +
                          ", which does not hold the programs initdb and postgres"));
    before != nullptr ? ::setenv("CONTRAIL_POSTGRES_PROGRAMS", kept.c_str(), 1)
                      : ::unsetenv("CONTRAIL_POSTGRES_PROGRAMS");
}

TEST(PrivatePostgres, IsForItsUserAlone) {
    const TemporaryDirectory folder;
    const PrivatePostgres postgres(in(folder.path() / "postgres"));
    const auto mode = [&](const char* name) {
        struct stat status {};
        EXPECT_EQ(::stat((folder.path() / "postgres" / name).c_str(), &status), 0);
        return status.st_mode & 0777;
    };
    // The server of root runs as another user, who must pass through.
    EXPECT_EQ(mode("."), ::geteuid() == 0 ? 0710U : 0700U);
    EXPECT_EQ(mode("home"), 0700U);
    EXPECT_EQ(mode("log"), 0600U);
    EXPECT_EQ(mode("lock"), 0600U);
}

TEST(PrivatePostgres, TakesSettings) {
    const TemporaryDirectory folder;
    PrivatePostgres::Options options = in(folder.path() / "postgres");
    options.settings = {{"max_connections", "17"}};
    const PrivatePostgres postgres(options);
    EXPECT_EQ(ask(postgres, "SHOW max_connections"), "17");
    EXPECT_EQ(ask(postgres, "SHOW fsync"), "off");
}

TEST(PrivatePostgres, CreatesAndDropsDatabases) {
    const TemporaryDirectory folder;
    const PrivatePostgres postgres(in(folder.path() / "postgres"));
    const std::string name = "odd \"name\"/%";
    postgres.create_database(name);
    EXPECT_TRUE(postgres.has_database(name));
    const Connection still_open = connect(postgres, name);
    EXPECT_EQ(PQdb(still_open.get()), name);
    postgres.drop_database(name);
    EXPECT_FALSE(postgres.has_database(name));
}

class PostgresWithData : public testing::Test {
protected:
    PostgresWithData() { ask(postgres, "CREATE TABLE kept AS SELECT 'here' AS value"); }

    std::string kept() const { return ask(postgres, "SELECT value FROM kept"); }

    TemporaryDirectory folder;
    PrivatePostgres postgres{in(folder.path() / "postgres")};
};

TEST_F(PostgresWithData, KeepsThemOverStopAndStart) {
    postgres.stop();
    EXPECT_EQ(PQping(postgres.url().c_str()), PQPING_NO_RESPONSE);
    postgres.start();
    EXPECT_EQ(kept(), "here");
}

TEST_F(PostgresWithData, KeepsThemOverKillAndStartWithBusySessions) {
    const Connection busy = connect(postgres);
    ASSERT_EQ(PQsendQuery(busy.get(), "SELECT count(*) FROM generate_series(1, 1000000000000)"), 1);
    const pid_t before = postgres.process().pid();
    postgres.kill();
    postgres.start();
    EXPECT_NE(postgres.process().pid(), before);
    EXPECT_EQ(kept(), "here");
}

// Linux keeps the memory of a process that has ended while another program reads about the process in /proc.
TEST_F(PostgresWithData, WaitsUntilTheMemoryOfTheServerBeforeIsFree) {
    const std::filesystem::path pid_file =
        std::filesystem::path(ask(postgres, "SHOW data_directory")) / "postmaster.pid";
    const auto line = [&](int wanted) {
        std::ifstream file(pid_file);
        std::string text;
        for (int number = 1; number <= wanted; ++number) std::getline(file, text);
        return text;
    };
    const std::string before = line(1);
    const std::string key_and_id = line(7);
    void* memory = ::shmat(std::stoi(key_and_id.substr(key_and_id.rfind(' '))), nullptr, SHM_RDONLY);
    ASSERT_NE(memory, reinterpret_cast<void*>(-1));
    postgres.kill();
    postgres.start([&] {
        if (memory == nullptr) return true;
        EXPECT_EQ(line(1), before) << "a new server began beside the memory";
        EXPECT_EQ(::shmdt(std::exchange(memory, nullptr)), 0);
        return true;
    });
    EXPECT_EQ(memory, nullptr);
    EXPECT_EQ(kept(), "here");
}

TEST_F(PostgresWithData, KnowsThatItDiedAndStartsAgain) {
    EXPECT_TRUE(postgres.running());
    postgres.process().signal(SIGKILL);
    postgres.process().wait();
    EXPECT_FALSE(postgres.running());
    postgres.start();
    EXPECT_EQ(kept(), "here");
}

TEST_F(PostgresWithData, ReturnsWhenTheCallerWaitsNoLonger) {
    postgres.stop();
    int asked = 0;
    postgres.start([&] { return ++asked < 2; });
    EXPECT_LE(asked, 2);
    EXPECT_TRUE(postgres.running());
}

TEST_F(PostgresWithData, StartsAgainAlthoughAnotherProgramHasItsOldProcessId) {
    postgres.kill();
    const auto pid_file = folder.path() / "postgres" / "home" / "data" / "postmaster.pid";
    ASSERT_TRUE(std::filesystem::exists(pid_file));
    std::ofstream(pid_file) << "1\n";
    postgres.start();
    EXPECT_EQ(kept(), "here");
}

// The server's user may write into `home`, and root opens files there.
TEST_F(PostgresWithData, FollowsNoLinkInItsHome) {
    postgres.kill();
    const auto home = folder.path() / "postgres" / "home";
    std::filesystem::rename(home / "data", home / "moved");
    std::filesystem::create_directory_symlink(home / "moved", home / "data");
    EXPECT_THAT(message_of([&] { postgres.start(); }), HasSubstr((home / "data").string()));
    EXPECT_TRUE(std::filesystem::exists(home / "moved" / "postmaster.pid"));
}

TEST_F(PostgresWithData, DoesNotWaitForAPipeInThePlaceOfItsProcessId) {
    postgres.kill();
    const auto pid_file = folder.path() / "postgres" / "home" / "data" / "postmaster.pid";
    std::filesystem::remove(pid_file);
    ASSERT_EQ(::mkfifo(pid_file.c_str(), 0600), 0);
    EXPECT_THAT(message_of([&] { postgres.start(); }), HasSubstr("postmaster.pid"));
}

TEST_F(PostgresWithData, RefusesASecondServerInTheFolderAndRunsOn) {
    EXPECT_THAT(message_of([&] { const PrivatePostgres second(in(folder.path() / "postgres")); }),
                AllOf(HasSubstr((folder.path() / "postgres").string()), HasSubstr("another one runs there")));
    EXPECT_EQ(kept(), "here");
}

TEST_F(PostgresWithData, RefusesDataOfAVersionThatIsNotInstalled) {
    postgres.stop();
    const auto data = folder.path() / "postgres" / "home" / "data";
    std::ofstream(data / "PG_VERSION") << "9\n";
    EXPECT_THAT(message_of([&] { const PrivatePostgres second(in(folder.path() / "postgres")); }),
                HasSubstr("version 9"));
}

TEST(PrivatePostgres, ShowsItsLogIfItDoesNotStart) {
    const TemporaryDirectory folder;
    PrivatePostgres::Options options = in(folder.path() / "postgres");
    options.settings = {{"shared_buffers", "as much as possible"}};
    EXPECT_THAT(
        message_of([&] { const PrivatePostgres postgres(options); }),
        AllOf(StartsWith("PostgreSQL in " + options.data_dir.string()), HasSubstr("exited with status 1"),
              HasSubstr("invalid value for parameter \"shared_buffers\"")));
}

TEST(PrivatePostgres, CreatesItsClusterAgainAfterAKilledInitdb) {
    const TemporaryDirectory folder;
    std::filesystem::create_directories(folder.path() / "postgres" / "home" / "data.unfinished" / "base");
    const PrivatePostgres postgres(in(folder.path() / "postgres"));
    EXPECT_EQ(ask(postgres, "SELECT 1"), "1");
}

TEST(PrivatePostgres, LivesInAFolderTooLongForASocket) {
    const TemporaryDirectory folder;
    std::filesystem::path socket_directory;
    {
        const PrivatePostgres postgres(in(folder.path() / std::string(60, 'a') / std::string(60, 'b')));
        EXPECT_EQ(ask(postgres, "SELECT 1"), "1");
        socket_directory = ask(postgres, "SHOW unix_socket_directories");
        EXPECT_TRUE(std::filesystem::exists(socket_directory));
    }
    EXPECT_FALSE(std::filesystem::exists(socket_directory));
}

}  // namespace
}  // namespace contrail::servers
