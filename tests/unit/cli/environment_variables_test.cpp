#include "cli/environment_variables.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "contrail/error.hpp"
#include "contrail/program.hpp"

namespace contrail::cli {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A program with two commands, one of which has a port. Variables of a test end with it.
class Environment : public ::testing::Test {
protected:
    Environment() {
        CLI::App* const api = program.command("api", "Serves", [&] { return read(program.settings()); });
        api->add_option("--port", port, "Its port")->envname("API_PORT")->check(CLI::Range(1, 65'535));
        CLI::App* const list = program.command("list", "Lists", [&] { return read(program.settings()); });
        list->add_option("--count", count, "How many")->envname("LIST_COUNT");
    }
    ~Environment() override {
        for (const auto& name : names) unsetenv(name.c_str());
    }

    void set(const std::string& name, const std::string& value) {
        names.push_back(name);
        setenv(name.c_str(), value.c_str(), 1);
    }

    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "program");
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        const int status = program.main(static_cast<int>(argv.size()), argv.data());
        output = ::testing::internal::GetCapturedStdout();
        errors = ::testing::internal::GetCapturedStderr();
        return status;
    }

    int read(const Settings& settings) {
        database_url = settings.database_url;
        log_url = settings.log_url;
        return exit_success;
    }

    std::vector<std::string> names{"CONTRAIL_LOG_LEVEL", "CONTRAIL_LOG_FORMAT"};
    Program program{"program", "A program"};
    int port = 5'000;
    std::uint16_t count = 1;
    std::string database_url;
    std::string log_url;
    std::string output;
    std::string errors;
};

TEST_F(Environment, HasTheLogUnderItsOlderNameToo) {
    set("REDIS_URL", "redis://older");
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(log_url, "redis://older");
    set("LOG_URL", "redis://newer");
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(log_url, "redis://newer");
    EXPECT_EQ(run({"list", "--redis-url", "redis://flag"}), exit_success);
    EXPECT_EQ(log_url, "redis://flag");
}

TEST_F(Environment, NamesFilesThatHoldUrls) {
    const std::string file = ::testing::TempDir() + "contrail_database_url_" + std::to_string(getpid());
    std::ofstream(file) << "postgres://from-file\n";
    set("DATABASE_URL_FILE", file);
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(database_url, "postgres://from-file");
    EXPECT_EQ(run({"list", "--database-url", "postgres://flag"}), exit_success);
    EXPECT_EQ(database_url, "postgres://flag");

    std::ofstream(file) << "\xEF\xBB\xBFpostgres://from-editor\r\n";
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(database_url, "postgres://from-editor");

    set("DATABASE_URL", "postgres://also");
    EXPECT_EQ(run({"list"}), exit_person_needed);
    EXPECT_THAT(errors, HasSubstr("DATABASE_URL and DATABASE_URL_FILE are both set"));

    set("DATABASE_URL", "");
    std::ofstream(file) << "\n";
    EXPECT_EQ(run({"list"}), exit_person_needed);
    EXPECT_THAT(errors, HasSubstr("which DATABASE_URL_FILE names: it is empty."));
    std::filesystem::remove(file);
    EXPECT_EQ(run({"list"}), exit_person_needed);
    EXPECT_THAT(errors, HasSubstr("which DATABASE_URL_FILE names: No such file or directory."));
}

TEST_F(Environment, CountsForTheChosenCommandOnly) {
    set("API_PORT", "6000");
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(port, 5'000);
    EXPECT_EQ(run({"api"}), exit_success);
    EXPECT_EQ(port, 6'000);
}

TEST_F(Environment, OfAServiceOfKubernetesEndsNoOtherCommand) {
    set("API_PORT", "tcp://10.0.0.7:80");
    EXPECT_EQ(run({"list"}), exit_success);
    EXPECT_EQ(run({"api", "--port", "7000"}), exit_success);
    EXPECT_EQ(port, 7'000);
    EXPECT_EQ(run({"--help"}), exit_success);
}

TEST_F(Environment, OfAServiceOfKubernetesIsNamedAsSuch) {
    set("API_PORT", "tcp://10.0.0.7:80");
    EXPECT_EQ(run({"api"}), exit_usage);
    EXPECT_THAT(errors, HasSubstr("Cannot take --port from the environment variable API_PORT, which is "
                                  "'tcp://10.0.0.7:80'. Kubernetes sets this variable for the Service 'api'. "
                                  "Give --port, or set enableServiceLinks: false in the pod's "
                                  "specification."));
}

TEST_F(Environment, IsNamedWhereItsValueIsWrong) {
    set("API_PORT", "70000");
    EXPECT_EQ(run({"api"}), exit_usage);
    EXPECT_THAT(errors, HasSubstr("Cannot take --port from the environment variable API_PORT, which is "
                                  "'70000': Value 70000 not in range 1 to 65535. Correct or unset the "
                                  "variable, or give --port."));
    set("API_PORT", "010");
    EXPECT_EQ(run({"api"}), exit_usage);
    EXPECT_THAT(errors,
                HasSubstr("API_PORT, which is '010': it begins with 0, as octal numbers do. Correct"));
    set("LIST_COUNT", "70000");
    EXPECT_EQ(run({"list"}), exit_usage);
    EXPECT_THAT(errors,
                HasSubstr("LIST_COUNT, which is '70000': it is of another kind, or out of range. Correct"));
    set("LIST_COUNT", "");
    set("CONTRAIL_LOG_LEVEL", "loud");
    EXPECT_EQ(run({"list"}), exit_usage);
    EXPECT_THAT(errors, HasSubstr("--log-level from the environment variable CONTRAIL_LOG_LEVEL"));
}

TEST_F(Environment, MayWriteTheLogsLevelInAnyCase) {
    set("CONTRAIL_LOG_LEVEL", "INFO");
    EXPECT_EQ(run({"list"}), exit_success) << errors;
    EXPECT_EQ(run({"list", "--log-level", "Warning"}), exit_success) << errors;
}

TEST_F(Environment, MayEndItsValuesWithANewline) {
    set("DATABASE_URL", "postgres://user@host/database\n");
    set("CONTRAIL_LOG_FORMAT", " json\r\n");
    EXPECT_EQ(run({"list"}), exit_success) << errors;
    EXPECT_EQ(database_url, "postgres://user@host/database");
    EXPECT_EQ(run({"list", "--database-url", " postgres://other \n"}), exit_success);
    EXPECT_EQ(database_url, "postgres://other");
}

TEST_F(Environment, BreaksNoLineOfAMessage) {
    program.command("fail", "Fails", []() -> int { throw Error(Retry::never, "no\nsuch \x1B[31mthing"); });
    EXPECT_EQ(run({"fail"}), exit_person_needed);
    EXPECT_EQ(errors, "program: no such  [31mthing\n");
}

// An empty variable of a shell, say. CLI11 would take it for false, and verify nothing.
TEST_F(Environment, GivesNoFlagAValueThatWouldBeReadAsAnother) {
    EXPECT_EQ(run({"list", "--redis-tls-verify", ""}), exit_usage);
    EXPECT_THAT(errors, HasSubstr("--redis-tls-verify: the value is '', which is neither true nor false."));
    EXPECT_EQ(run({"api", "--port", ""}), exit_usage);
}

TEST_F(Environment, IsNamedInTheHelpOfACommand) {
    EXPECT_EQ(run({"api", "--help"}), exit_success);
    EXPECT_THAT(output, HasSubstr("[env: API_PORT]"));
}

TEST_F(Environment, ShowsNoValueInAHelpText) {
    set("DATABASE_URL", "postgres://user:secret@host/database");
    EXPECT_EQ(run({"--help"}), exit_success);
    EXPECT_THAT(output, AllOf(HasSubstr("[env: DATABASE_URL]"), Not(HasSubstr("secret"))));
}

}  // namespace contrail::cli
