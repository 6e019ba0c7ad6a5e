#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "unit/operations/verdicts.hpp"

namespace contrail::operations::doctor {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

const std::string long_text =
    "A sentence that is so long that it does not fit into the hundred columns of a line, and has therefore "
    "to go "
    "on in the next one, where it is as far from the margin.";

Diagnosis diagnosis() {
    return {.redis = "redis://localhost:6379/0",
            .postgres = "database rides",
            .stream = "rides",
            .findings = {ok("redis.version", "Redis 7.0.15"),
                         warning("redis.appendonly", "no", long_text,
                                 {"redis-cli -h a-host-with-a-long-name.example.com -p 6379 --tls --user "
                                  "an_admin --askpass CONFIG SET appendonly yes"}),
                         error("postgres.schema", long_text, "Why.", {"contrail migrate"})}};
}

}  // namespace

TEST(DoctorsReport, IsAsBadAsItsWorstFinding) {
    Diagnosis several;
    EXPECT_EQ(verdict(several), fine);
    several.findings.push_back(ok("a.b", ""));
    EXPECT_EQ(verdict(several), fine);
    several.findings.insert(several.findings.begin(), warning("a.b", "", "", {}));
    EXPECT_EQ(verdict(several), warns);
    several.findings.push_back(error("a.b", "", "", {}));
    EXPECT_EQ(verdict(several), fails);
}

TEST(DoctorsReport, FitsIntoAHundredColumns) {
    std::istringstream lines(to_text(diagnosis(), false));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 100) << line;
        EXPECT_THAT(line, Not(::testing::EndsWith(" "))) << '"' << line << '"';
    }
}

TEST(DoctorsReport, BreaksAShellCommandSoThatItCanBePasted) {
    EXPECT_THAT(to_text(diagnosis(), false), HasSubstr("--user an_admin \\\n"));
}

TEST(DoctorsReport, IsColouredOnlyIfAskedTo) {
    EXPECT_THAT(to_text(diagnosis(), false), Not(HasSubstr("\x1b")));
    EXPECT_THAT(to_text(diagnosis(), true), HasSubstr("\x1b[31merror  \x1b[0m"));
}

TEST(DoctorsReport, IsJsonWithStableNames) {
    const auto json = nlohmann::json::parse(to_json(diagnosis()));
    EXPECT_EQ(json["verdict"], "error");
    EXPECT_EQ(json["errors"], 1);
    EXPECT_EQ(json["warnings"], 1);
    EXPECT_EQ(json["redis"], "redis://localhost:6379/0");
    EXPECT_EQ(json["postgres"], "database rides");
    EXPECT_EQ(json["stream"], "rides");
    ASSERT_EQ(json["findings"].size(), 3);
    EXPECT_EQ(json["findings"][0],
              nlohmann::json({{"check", "redis.version"}, {"verdict", "ok"}, {"found", "Redis 7.0.15"}}));
    EXPECT_EQ(json["findings"][2]["mend"], nlohmann::json({"contrail migrate"}));
    EXPECT_EQ(json["findings"][2]["why"], "Why.");
}

TEST(DoctorsReport, StaysJsonWhateverAServerSays) {
    Diagnosis strange = diagnosis();
    strange.findings[0].found = "\xff\n\"";
    EXPECT_TRUE(nlohmann::json::accept(to_json(strange)));
}

}  // namespace contrail::operations::doctor
