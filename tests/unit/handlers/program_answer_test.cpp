#include "handlers/program_answer.hpp"

#include <gtest/gtest.h>

namespace contrail::handlers {

namespace {

struct Output {
    std::string text;
    std::optional<ProgramAnswer> answer;
};

ProgramAnswer refusal(const std::string& reason) {
    return {Refusal{{17, Offset{3}}, reason}};
}

}  // namespace

TEST(AProgramsAnswer, IsOkOrARefusalAndNothingElse) {
    const Output outputs[] = {
        {"ok", ProgramAnswer{}},
        {"ok\r", ProgramAnswer{}},
        {"refuse 17-3 no seats left", refusal("no seats left")},
        {"refuse 17-3", refusal("it gave no reason")},
        {"refuse  17-3  a\tb ", refusal("a b")},
        {"refuse 17-3 a \x01", refusal("a")},
        {"refuse 17-3 \x01", refusal("it gave no reason")},
        {"", std::nullopt},
        {"OK", std::nullopt},
        {"okay", std::nullopt},
        {"ok 17-3", std::nullopt},
        {"refuse", std::nullopt},
        {"refuse all", std::nullopt},
        {"refuse 17-3x", std::nullopt},
        {R"({"id":"17-3"})", std::nullopt},
    };
    for (const Output& each : outputs) EXPECT_EQ(ProgramAnswer::parse(each.text), each.answer) << each.text;
}

TEST(AProgramsOutput, IsQuotedShortAndHarmless) {
    EXPECT_EQ(quoted_output("a\x1b[2Jb"), "'a [2Jb'");
    EXPECT_LT(quoted_output(std::string(100'000, 'x')).size(), 80U);
}

}  // namespace contrail::handlers
