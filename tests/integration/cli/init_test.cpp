// The first minute with Contrail: `contrail init` in a service's project.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "contrail/redis.hpp"
#include "integration/cli/run_program.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Servers without anything of Contrail's, and a folder.
class Init : public ::testing::Test {
protected:
    static Settings new_project() {
        Settings settings = fresh_settings();
        settings.database_url = fresh_database();
        settings.stream_name += "$'";
        return settings;
    }

    Ended init(const std::string& flags) const {
        return run_program("cd '" + folder.path().string() + "' && contrail init --roles '' " + flags,
                           settings);
    }
    std::filesystem::path file(const std::string& name) const { return folder.path() / "contrail" / name; }
    std::string text_of(const std::string& name) const {
        std::ifstream stream(file(name));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    std::string schemas() const {
        return AdminPostgres(settings.database_url)
            .value("SELECT count(*) FROM pg_namespace WHERE nspname = 'contrail'");
    }

    servers::TemporaryDirectory folder;
    const Settings settings = new_project();
};

TEST_F(Init, ShowsEveryStepAndTakesNone) {
    const Ended ended = init("");
    EXPECT_EQ(ended.status, ExitStatus::exited(0)) << ended.errors;
    EXPECT_THAT(
        ended.output,
        AllOf(HasSubstr("1. Check PostgreSQL"), HasSubstr("as user postgres\n"), HasSubstr(" is empty\n"),
              HasSubstr("2. Migrate schema contrail to version"), HasSubstr("3. Create no roles"),
              HasSubstr("contrail/streamer.env, for its owner alone"),
              HasSubstr("Nothing was changed. Add --execute")));
    EXPECT_EQ(schemas(), "0");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Init, EndsWithThreeCommandsThatShowARecordInTheLog) {
    const Ended ended = init("--execute");
    ASSERT_EQ(ended.status, ExitStatus::exited(0)) << ended.errors;
    EXPECT_EQ(schemas(), "1");
    const std::string commands = ended.output.substr(ended.output.find("Next: "));
    EXPECT_THAT(commands, HasSubstr("systemctl enable --now contrail-streamer"));

    // Nothing but the files tells the programs where the servers are.
    const std::string in_folder = "unset STREAM_NAME; cd '" + folder.path().string() + "' && ";
    const std::string others = commands.substr(commands.find("   (set -a"));
    const std::string staging = others.substr(0, others.find('\n'));
    const std::string tail = others.substr(others.find('\n') + 1);
    const Ended staged = run_program(in_folder + staging);
    ASSERT_EQ(staged.status, ExitStatus::exited(0)) << staged.errors;
    const Ended streamed = run_program(in_folder + R"(set -a; . contrail/streamer.env
        contrail --config contrail/contrail.toml stream & streamer=$!
        until contrail --config contrail/contrail.toml tail | grep -q ride; do :; done
        kill $streamer; wait $streamer)");
    EXPECT_EQ(streamed.status, ExitStatus::exited(0)) << streamed.errors;
    EXPECT_THAT(run_program(in_folder + tail).output,
                AllOf(HasSubstr("create ride"), HasSubstr("\"id\": 1")));
    EXPECT_NE(redis_log(settings)->head(), RecordId{}) << "under the name that was given";
}

TEST_F(Init, KeepsWhatIsThere) {
    std::filesystem::create_directory(folder.path() / "contrail");
    std::ofstream(file("contrail.toml")) << "mine";
    ASSERT_EQ(init("--execute").status, ExitStatus::exited(0));
    const std::string environment = text_of("streamer.env");

    const Ended again = init("--for compose --execute");
    EXPECT_EQ(again.status, ExitStatus::exited(0));
    EXPECT_THAT(again.output,
                AllOf(HasSubstr("it is there already"), HasSubstr("contrail/contrail.toml: kept as it is"),
                      HasSubstr("contrail/streamer.env: kept as it is"), HasSubstr("contrail/compose.yaml\n"),
                      HasSubstr("docker compose -f 'contrail/compose.yaml' up")));
    EXPECT_EQ(text_of("contrail.toml"), "mine");
    EXPECT_EQ(text_of("streamer.env"), environment);
}

TEST_F(Init, WritesPasswordsForItsOwnerAlone) {
    ASSERT_EQ(init("--execute").status, ExitStatus::exited(0));
    struct stat status {};
    ASSERT_EQ(::stat(file("streamer.env").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_THAT(text_of("contrail.toml"), Not(HasSubstr("postgresql://")));
}

TEST_F(Init, WritesAConfigurationWhoseEveryLineCountsWithoutItsComment) {
    ASSERT_EQ(init("--execute").status, ExitStatus::exited(0));
    const Ended ended =
        run_program("cd '" + file("").string() +
                    "' && sed -i 's/^# \\([a-z-]* = \\)/\\1/' contrail.toml && grep -c = contrail.toml "
                    "&& contrail --config contrail.toml stream --help >/dev/null");
    EXPECT_EQ(ended.status, ExitStatus::exited(0)) << ended.errors;
    EXPECT_EQ(ended.output, "7\n");
}

TEST_F(Init, WritesTheSettingsOfTlsThatItWasGiven) {
    ASSERT_EQ(init("--execute --redis-tls-verify no --redis-ca-file /etc/ca.pem").status,
              ExitStatus::exited(0));
    EXPECT_THAT(text_of("contrail.toml"),
                HasSubstr("redis-ca-file = \"/etc/ca.pem\"\nredis-tls-verify = \"no\"\n"));
}

TEST_F(Init, CreatesARoleForEachPart) {
    const Ended ended =
        run_program("cd '" + folder.path().string() + "' && contrail init --roles init --execute", settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(0)) << ended.errors;
    EXPECT_THAT(ended.output, HasSubstr("   init_streamer\n"));
    EXPECT_EQ(AdminPostgres(settings.database_url)
                  .value("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'init\\_%' AND NOT rolcanlogin"),
              "6");
}

TEST_F(Init, ChangesNothingIfAServerIsMissing) {
    Settings without_log = settings;
    without_log.log_url = "unix:///nowhere/redis.sock";
    const Ended ended =
        run_program("cd '" + folder.path().string() + "' && contrail init --execute", without_log);
    EXPECT_EQ(ended.status, ExitStatus::exited(1));
    EXPECT_THAT(ended.errors, HasSubstr("/nowhere/redis.sock"));
    EXPECT_EQ(schemas(), "0");
}

TEST_F(Init, ChangesNothingIfAConfigurationFileCannotHoldAName) {
    Settings odd = settings;
    odd.stream_name = R"(ri"des)";
    const Ended ended = run_program("cd '" + folder.path().string() + "' && contrail init --execute", odd);
    EXPECT_NE(ended.status, ExitStatus::exited(0));
    EXPECT_THAT(ended.errors, HasSubstr(R"(Cannot write ri"des to contrail.toml)"));
    EXPECT_EQ(schemas(), "0");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Init, SaysWhatToDoAboutAFolderThatItCannotMake) {
    const Ended ended = init("--folder /dev/null/here --execute");
    EXPECT_EQ(ended.status, ExitStatus::exited(78));
    EXPECT_THAT(ended.errors, AllOf(HasSubstr("Cannot create the folder /dev/null/here: "),
                                    HasSubstr("Name another one with --folder.")));
}

}  // namespace contrail::test
