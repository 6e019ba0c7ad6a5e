#include "cli/command_help.hpp"

#include <gmock/gmock.h>

#include <map>

#include "cli/help_text.hpp"
#include "cli/manual_page.hpp"

namespace contrail::cli {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

enum class Way { halt, park };

/// A program with one command, whose options are declared in all the ways that CLI11 has.
class Help : public ::testing::Test {
protected:
    Help() {
        command = app.add_subcommand("consume", "Run a consumer");
        command->add_option("NAME", text, "Its name")->required();
        command->add_flag("--json", flag, "Print JSON");
        command->add_option("--way", way, "What to do")
            ->transform(
                CLI::CheckedTransformer(std::map<std::string, Way>{{"halt", Way::halt}, {"park", Way::park}}))
            ->default_str("halt");
        command->add_option("--format", text, "How to print")->check(CLI::IsMember({"text", "json"}));
        command->add_option("--port", number, "Its port")->envname("PORT")->check(CLI::Range(1, 65'535));
        command->add_option("--bytes", number, "How many")->transform(CLI::AsSizeValue(false));
        command->add_option("--verify", flag, "Check it")->capture_default_str();
        command->add_option("--ca-file", text, "Whom to trust")->group("Security");
        command->add_option("--object", list, "Which ones");
        command->add_option("--secret", text, "Not to be shown")->group("");
        app.add_subcommand("internal", "Not for people")->group("");
    }

    OptionHelp option(const std::string& name) {
        for (const OptionGroup& group : describe(*command).groups)
            for (const OptionHelp& found : group.options)
                if (found.names.back() == name) return found;
        ADD_FAILURE() << "no help of " << name;
        return {};
    }

    CLI::App app{"A program", "program"};
    CLI::App* command = nullptr;
    std::string text;
    std::vector<std::string> list;
    bool flag = true;
    int number = 0;
    Way way = Way::halt;
};

TEST_F(Help, ListsTheValuesOfAChoice) {
    EXPECT_THAT(option("--way").choices, ElementsAre("halt", "park"));
    EXPECT_EQ(usage_of(option("--way")), "--way halt|park");
    EXPECT_EQ(option("--way").default_value, "halt");
    EXPECT_EQ(usage_of(option("--format")), "--format text|json");
}

TEST_F(Help, ShowsTheRangeAndTheVariableOfANumber) {
    EXPECT_EQ(usage_of(option("--port")), "--port N");
    EXPECT_EQ(option("--port").range, "1 to 65535");
    EXPECT_EQ(option("--port").variable, "PORT");
}

TEST_F(Help, NamesAValueAfterItsFlag) {
    EXPECT_EQ(usage_of(option("--ca-file")), "--ca-file FILE");
    EXPECT_EQ(usage_of(option("--bytes")), "--bytes SIZE");
    EXPECT_EQ(usage_of(option("--object")), "--object OBJECT...");
    EXPECT_EQ(usage_of(option("--json")), "--json");
}

TEST_F(Help, SaysYesAndNoOfASwitch) {
    EXPECT_EQ(usage_of(option("--verify")), "--verify yes|no");
    EXPECT_EQ(option("--verify").default_value, "yes");
}

TEST_F(Help, HidesWhatHasNoGroup) {
    const CommandHelp all = describe(app);
    ASSERT_EQ(all.commands.size(), 1U);
    EXPECT_EQ(all.commands.front().path, "program consume");
    EXPECT_THAT(help_text(all.commands.front(), 80), Not(HasSubstr("--secret")));
    EXPECT_THAT(all.positionals, IsEmpty());
}

TEST_F(Help, TellsWhetherACommandDoesNothingWithoutAnother) {
    command->add_subcommand("verify", "Check it");
    EXPECT_THAT(help_text(describe(*command), 80),
                HasSubstr("Usage: program consume [COMMAND] [OPTIONS] NAME\n"));
    EXPECT_THAT(manual_pages(describe(*command)).front().text, HasSubstr("[\\fICOMMAND\\fR]"));
    command->require_subcommand(1);
    EXPECT_THAT(help_text(describe(*command), 80),
                HasSubstr("Usage: program consume COMMAND [OPTIONS] NAME\n"));
}

TEST_F(Help, TextSaysAllOfThatInReadableColumns) {
    const std::string shown = help_text(describe(*command), 60);
    EXPECT_THAT(shown, HasSubstr("Run a consumer\n\nUsage: program consume [OPTIONS] NAME\n\n"
                                 "Arguments:\n  NAME                    Its name\n"));
    EXPECT_THAT(shown, HasSubstr("      --way halt|park     What to do [default: halt]\n"));
    EXPECT_THAT(shown, HasSubstr("      --port N            Its port [1 to 65535] [env: PORT]\n"));
    EXPECT_THAT(shown, HasSubstr("\nSecurity:\n      --ca-file FILE      Whom to trust\n"));
}

}  // namespace contrail::cli
