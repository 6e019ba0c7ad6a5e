#include "handlers/function_name.hpp"

#include <gtest/gtest.h>

namespace contrail::handlers {

namespace {

struct Case {
    std::string text;
    std::optional<FunctionName> name;
};

}  // namespace

TEST(AFunctionName, IsReadAsSqlReadsIt) {
    const Case cases[] = {
        {"app.apply_rides", {{"app", "apply_rides"}}},
        {"App.Apply", {{"app", "apply"}}},
        {R"("App"."Apply Rides")", {{"App", "Apply Rides"}}},
        {R"("a""b".c$1)", {{"a\"b", "c$1"}}},
        {"app.fähre", {{"app", "fähre"}}},
        {R"("a.b".c)", {{"a.b", "c"}}},
        {"", std::nullopt},
        {"apply", std::nullopt},
        {"app.", std::nullopt},
        {".apply", std::nullopt},
        {"a.b.c", std::nullopt},
        {"app.apply(jsonb)", std::nullopt},
        {"app.apply; DROP TABLE rides", std::nullopt},
        {"1app.apply", std::nullopt},
        {R"(""."x")", std::nullopt},
        {R"("app.apply)", std::nullopt},
    };
    for (const Case& each : cases) EXPECT_EQ(FunctionName::parse(each.text), each.name) << each.text;
}

TEST(AFunctionName, IsQuotedForAStatement) {
    EXPECT_EQ((FunctionName{"app", "Apply \"rides\""}).quoted(), R"("app"."Apply ""rides""")");
}

}  // namespace contrail::handlers
