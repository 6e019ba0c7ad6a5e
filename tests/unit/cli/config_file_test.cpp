#include "cli/config_file.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/environment_variables.hpp"

namespace contrail::cli {

using ::testing::HasSubstr;

/// A program with one shared flag, and one flag of a subcommand, over a configuration file.
class ConfigFile : public ::testing::Test {
protected:
    ConfigFile() {
        app.add_option("--redis-url", redis_url)->envname("CONTRAIL_TEST_REDIS_URL");
        CLI::App* const stream = app.add_subcommand("stream", "");
        stream->add_option("--append-records-max", append_records_max);
        stream->add_option("--object", objects)->delimiter(',');
        app.fallthrough();
    }

    ~ConfigFile() override {
        unsetenv("CONTRAIL_TEST_REDIS_URL");
        std::filesystem::remove(file);
    }

    void parse(const std::string& text, const std::string& arguments) {
        std::ofstream(file) << text;
        read_config_file(app, file);
        const EnvironmentVariables environment(app);
        app.parse(arguments);
        environment.apply();
    }

    std::string refusal(const std::string& text) {
        try {
            parse(text, "");
        } catch (const CLI::Error& error) {
            return error.what();
        }
        return "none";
    }

    const std::string file = ::testing::TempDir() + "contrail_config_file_test.toml";
    CLI::App app;
    std::string redis_url = "default";
    int append_records_max = 1000;
    std::vector<std::string> objects;
    bool verify = true;
    std::uint64_t limit = 0;
};

TEST_F(ConfigFile, GivesDefaultsToTheProgramAndItsSubcommands) {
    parse("redis-url = \"from-file\"\n[stream]\nappend-records-max = 50\n", "stream");
    EXPECT_EQ(redis_url, "from-file");
    EXPECT_EQ(append_records_max, 50);
}

TEST_F(ConfigFile, GivesAListAsAnArrayOrAsOneText) {
    parse("[stream]\nobject = [\"ride\", \"driver\"]\n", "stream");
    EXPECT_EQ(objects, (std::vector<std::string>{"ride", "driver"}));
    parse("[stream]\nobject = \"rider,seat\"\n", "stream");
    EXPECT_EQ(objects, (std::vector<std::string>{"rider", "seat"}));
}

TEST_F(ConfigFile, YieldsToTheEnvironment) {
    setenv("CONTRAIL_TEST_REDIS_URL", "from-environment", 1);
    parse("redis-url = \"from-file\"\n", "");
    EXPECT_EQ(redis_url, "from-environment");
}

TEST_F(ConfigFile, YieldsToAFlagAsTheEnvironmentDoes) {
    setenv("CONTRAIL_TEST_REDIS_URL", "from-environment", 1);
    parse("redis-url = \"from-file\"\n", "--redis-url from-flag");
    EXPECT_EQ(redis_url, "from-flag");
}

TEST_F(ConfigFile, RefusesAKeyThatIsNoOption) {
    EXPECT_THROW(parse("redis-ulr = \"typo\"\n", ""), CLI::Error);
}

TEST_F(ConfigFile, KeepsTheSectionsOfACommandThatHasThem) {
    std::ofstream(file) << "[stream]\nappend-records-max = 50\n[stream.orders]\nlimit = 7\n[stream.rides]\n";
    const auto sections = read_config_file(app, file, {app.get_subcommand("stream")});
    ASSERT_EQ(sections.size(), 2);
    EXPECT_EQ(sections[0].name, "orders");
    EXPECT_EQ(sections[1].name, "rides");
    EXPECT_EQ(append_records_max, 50);

    CLI::App flags;
    int records = 0;
    flags.add_option("--limit", records);
    apply(sections[0], flags, file);
    EXPECT_EQ(records, 7);
    CLI::App none;
    EXPECT_THROW(apply(sections[0], none, file), CLI::ConfigError);
}

TEST_F(ConfigFile, RefusesSectionsOfOneNameAndThoseOfOtherCommands) {
    std::ofstream(file) << "[stream.orders]\n[stream.orders]\n";
    EXPECT_THROW(read_config_file(app, file, {app.get_subcommand("stream")}), CLI::ConfigError);
    EXPECT_THROW(parse("[stream.orders]\nlimit = 7\n", "stream"), CLI::Error);
}

TEST_F(ConfigFile, RefusesAFolderAndAFileThatIsNotThere) {
    const auto refusal = [&](const std::string& name) -> std::string {
        try {
            read_config_file(app, name);
        } catch (const CLI::FileError& error) {
            return error.what();
        }
        return "read";
    };
    EXPECT_EQ(refusal("/"),
              "Cannot read the configuration file /: Is a directory. Name a TOML file with --config or "
              "CONTRAIL_CONFIG.");
    EXPECT_EQ(refusal("/missing.toml"),
              "Cannot read the configuration file /missing.toml: No such file or directory. Name a TOML file "
              "with --config or CONTRAIL_CONFIG.");
}

TEST_F(ConfigFile, MayBeginWithTheMarkOfAnEditor) {
    parse(
        "\xEF\xBB\xBF"
        "redis-url = \"from-file\"\r\n[stream]\r\nappend-records-max = 50\r\n",
        "stream");
    EXPECT_EQ(redis_url, "from-file");
    EXPECT_EQ(append_records_max, 50);
    parse("\xEF\xBB\xBF# a comment\n[stream]\nappend-records-max = 51\n", "stream");
    EXPECT_EQ(append_records_max, 51);
}

TEST_F(ConfigFile, RefusesWhatIsNoText) {
    EXPECT_THAT(refusal(std::string("r\0e\0d\0", 6)), HasSubstr("it is not text in UTF-8."));
    EXPECT_THAT(refusal(std::string(2 << 20, '\n')), HasSubstr("it has more than a megabyte."));
}

TEST_F(ConfigFile, NamesTheFileWhereASectionIsOfNoCommand) {
    EXPECT_EQ(refusal("[strem]\nappend-records-max = 50\n"),
              "Configuration file " + file + ": there is no command for the section [strem].");
}

TEST_F(ConfigFile, RefusesAValueThatWouldBeReadAsAnother) {
    app.add_option("--verify", verify);
    app.add_option("--limit", limit);
    for (const char* value : {"\"\"", "", "[]"})
        EXPECT_THAT(refusal(std::string("verify = ") + value + "\n"),
                    HasSubstr("'verify' is '', which is neither true nor false."));
    EXPECT_THAT(refusal("limit = \"\"\n"), HasSubstr("'limit' is '', which is not a number."));
    EXPECT_THAT(refusal("limit = -1\n"), HasSubstr("'limit' is '-1', which must not be negative."));
    EXPECT_THAT(refusal("limit = 18446744073709551616\n"), HasSubstr("which is too large."));
    EXPECT_TRUE(verify);
    parse("verify = false\nlimit = 7\n", "");
    EXPECT_FALSE(verify);
    EXPECT_EQ(limit, 7U);
}

TEST_F(ConfigFile, IsNamedByAVariableThatMayEndWithANewline) {
    setenv("CONTRAIL_CONFIG", " a.toml\r\n", 1);
    EXPECT_EQ(find_config_file(0, nullptr), "a.toml");
    unsetenv("CONTRAIL_CONFIG");
}

TEST_F(ConfigFile, IsNamedByAFlagInEitherForm) {
    const char* separate[] = {"contrail", "stream", "--config", "a.toml"};
    const char* joined[] = {"contrail", "--config=b.toml", "stream"};
    EXPECT_EQ(find_config_file(4, separate), "a.toml");
    EXPECT_EQ(find_config_file(3, joined), "b.toml");
}

}  // namespace contrail::cli
