// What a program tells of itself: version, manual pages, completion in real shells.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "integration/cli/run_program.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class Manual : public ::testing::TestWithParam<const char*> {
protected:
    /// What a shell's `line` prints. It finds the program as $program, and may write into $folder.
    std::string output_of(const std::string& line) {
        const Ended ended = run_program(
            line, {}, {{"program", GetParam()}, {"folder", folder.path()}, {"TESTS", CONTRAIL_CLI_TESTS}});
        EXPECT_EQ(ended.status, ExitStatus::exited(0)) << line << ": " << ended.output << ended.errors;
        EXPECT_EQ(ended.errors, "") << line;
        return ended.output;
    }

    /// What the shell offers after `line`, one word a line.
    std::string completions_of(const std::string& shell, const std::string& line) {
        return output_of("$program completion " + shell + " > $folder/_$program && \"$TESTS\"/complete_in_" +
                         shell + " $folder \"$program " + line + "\"");
    }

    servers::TemporaryDirectory folder;
};

TEST_P(Manual, HasAPageForEveryCommandThatLintersAccept) {
    output_of("$program help --manual-pages $folder");
    const std::string pages = output_of("ls $folder");
    EXPECT_THAT(pages, AllOf(HasSubstr(std::string(GetParam()) + ".1\n"),
                             HasSubstr(std::string(GetParam()) + "-help.1\n")));
    EXPECT_EQ(output_of("for page in $folder/*.1; do mandoc -T lint -W style \"$page\"; done"), "");
    EXPECT_EQ(
        output_of("for page in $folder/*.1; do "
                  "LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \"$page\" "
                  "2>&1 >/dev/null; done"),
        "");
    EXPECT_EQ(output_of("for page in $folder/*.1; do lexgrog \"$page\" >/dev/null || echo \"$page\"; done"),
              "");
}

TEST_P(Manual, OfACommandShowsItsOptionsWithTheirValues) {
    output_of("$program help --manual-pages $folder");
    EXPECT_THAT(output_of("mandoc -T utf8 $folder/$program.1 | col -b"),
                AllOf(HasSubstr("--log-format text|json"), HasSubstr("Environment: CONTRAIL_LOG_FORMAT."),
                      HasSubstr("EXIT STATUS")));
}

TEST_P(Manual, HelpOfACommandIsWhatItsFlagPrints) {
    EXPECT_EQ(output_of("$program help completion"), output_of("$program completion --help"));
}

TEST_P(Manual, VersionNamesWhatItWasBuiltWith) {
    EXPECT_THAT(
        output_of("$program --version"),
        MatchesRegex(std::string(GetParam()) +
                     " [0-9.]+\n\ncompiler: .*\nlibpq: [0-9.]+\nOpenSSL: [0-9.]+[a-z]*\nBoost: (.|\n)*"));
}

TEST_P(Manual, CompletesCommandsAndFlagsInShells) {
    for (const std::string shell : {"bash", "zsh"}) {
        EXPECT_EQ(completions_of(shell, "comp"), "completion\n") << shell;
        EXPECT_EQ(completions_of(shell, "completion --log-f"), "--log-format\n") << shell;
        EXPECT_EQ(completions_of(shell, "--log-format text compl"), "completion\n") << shell;
        EXPECT_EQ(completions_of(shell, "completion "), "bash\nzsh\n") << shell;
    }
}

TEST_P(Manual, CompletesValuesInShells) {
    for (const std::string shell : {"bash", "zsh"}) {
        EXPECT_EQ(completions_of(shell, "completion --log-format "), "json\ntext\n") << shell;
        EXPECT_EQ(completions_of(shell, "completion --log-format=j"), "json\n") << shell;
        output_of("touch $folder/settings.toml");
        EXPECT_EQ(completions_of(shell, "--config $folder/sett"), folder.path().native() + "/settings.toml\n")
            << shell;
    }
}

INSTANTIATE_TEST_SUITE_P(, Manual, ::testing::Values("contrail", "rocket_rides"));

}  // namespace contrail::test
