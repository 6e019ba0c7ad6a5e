#include <gmock/gmock.h>

#include <map>

#include "contrail/program.hpp"

namespace contrail::cli {

/// What a program says of a command line that it does not understand.
class UsageError : public ::testing::Test {
protected:
    UsageError() {
        CLI::App* const tail = program.command("tail", "Prints", [] { return 0; });
        tail->add_option("--format", format, "How")->check(CLI::IsMember({"text", "json"}));
        tail->add_option("--last", last, "How many");
        CLI::App& group = program.group("consumer", "Consumers");
        program.command(group, "reset", "Resets one", [] { return 0; })
            ->add_option("NAME", format)
            ->required();
    }

    std::string error_of(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "program");
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        ::testing::internal::CaptureStderr();
        EXPECT_EQ(program.main(static_cast<int>(argv.size()), argv.data()), exit_usage);
        return ::testing::internal::GetCapturedStderr();
    }

    Program program{"program", "A program"};
    std::string format;
    int last = 0;
};

TEST_F(UsageError, SuggestsTheCommandThatWasMeant) {
    EXPECT_EQ(error_of({"tial"}),
              "program: There is no command 'tial'. Did you mean 'tail'? Run 'program --help' for help.\n");
    EXPECT_EQ(
        error_of({"consumer", "rest"}),
        "program consumer: There is no command 'rest'. Did you mean 'reset'? Run 'program consumer --help' "
        "for help.\n");
    EXPECT_EQ(error_of({"frobnicate"}),
              "program: There is no command 'frobnicate'. Run 'program --help' for help.\n");
}

TEST_F(UsageError, SuggestsTheFlagThatWasMeant) {
    EXPECT_EQ(
        error_of({"tail", "--lats", "3"}),
        "program tail: There is no option '--lats'. Did you mean '--last'? Run 'program tail --help' for "
        "help.\n");
    EXPECT_EQ(error_of({"tail", "--schemas=x"}),
              "program tail: There is no option '--schemas=x'. Did you mean '--schema'? Run 'program tail "
              "--help' for help.\n");
}

TEST_F(UsageError, ListsTheCommandsWhereOneIsMissing) {
    EXPECT_EQ(error_of({"consumer"}),
              "program consumer: A command is missing: reset. Run 'program consumer --help' for help.\n");
}

TEST_F(UsageError, ListsTheValuesThatAChoiceHas) {
    EXPECT_EQ(error_of({"tail", "--format", "xml"}),
              "program tail: --format: 'xml' is none of text, json. Run 'program tail --help' for help.\n");
}

TEST_F(UsageError, ListsTheNamesOfValuesThatStandForOthers) {
    program.command("run", "Runs", [] { return 0; })
        ->add_option("--way", last, "How")
        ->transform(CLI::CheckedTransformer(std::map<std::string, int>{{"halt", 0}, {"park", 1}}));
    EXPECT_EQ(error_of({"run", "--way", "jump"}),
              "program run: --way: 'jump' is none of halt, park. Run 'program run --help' for help.\n");
}

TEST_F(UsageError, ShowsNoRangeThatHasNoEnd) {
    double rate = 0;
    CLI::App* const run = program.command("run", "Runs", [] { return 0; });
    run->add_option("--rate", rate, "How fast")->check(CLI::PositiveNumber);
    EXPECT_EQ(
        error_of({"run", "--rate", "-1"}),
        "program run: --rate: Value -1 is not a positive number, or is too large. Run 'program run --help' for "
        "help.\n");
    EXPECT_EQ(
        error_of({"run", "--rate", "nan"}),
        "program run: --rate: the value is 'nan', which is not a number. Run 'program run --help' for help.\n");
}

TEST_F(UsageError, NamesWhatIsMissingAndWhatIsTooMuch) {
    EXPECT_EQ(error_of({"consumer", "reset"}),
              "program consumer reset: NAME is required. Run 'program consumer reset --help' for help.\n");
    EXPECT_EQ(error_of({"tail", "more"}),
              "program tail: The argument 'more' is one too many. Run 'program tail --help' for help.\n");
}

}  // namespace contrail::cli
