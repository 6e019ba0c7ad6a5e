#include "operations/query_at_offset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

/// What `contrail reconcile` prints.
class Reduction : public ::testing::Test {
protected:
    Reduction() {
        pipeline.stage({"1", "2"});
        pipeline.stream();
    }

    std::string csv(std::string_view query) {
        std::ostringstream out;
        operations::write_csv(reconciliation, query, out);
        return out.str();
    }
    nlohmann::json json(std::string_view query) {
        std::ostringstream out;
        operations::write_json(reconciliation, query, pipeline.settings.stream_name, out);
        return nlohmann::json::parse(out.str());
    }
    std::string refusal_of(std::string_view query) {
        try {
            return csv(query);
        } catch (const Error& error) {
            return error.what();
        }
    }

    Pipeline pipeline;
    Reconciliation reconciliation{(pipeline.stage({"3"}), pipeline.settings)};
};

TEST_F(Reduction, IsTheLastIdAndCsv) {
    const std::string last = "last_id " + reconciliation.last_id().to_string() + '\n';
    EXPECT_EQ(reconciliation.last_id().offset, Offset{1});
    EXPECT_EQ(csv("SELECT 1 AS one, 'a, b' AS two UNION ALL SELECT NULL, ''"),
              last + "one,two\n1,\"a, b\"\n,\"\"\n");
    EXPECT_EQ(csv("VALUES (1);\n"), last + "column1\n1\n");
    EXPECT_EQ(csv("SELECT 1 AS one -- with a comment"), last + "one\n1\n");
    EXPECT_EQ(csv("SELECT 1 AS one WHERE false"), last + "one\n");
}

TEST_F(Reduction, HasAJsonForm) {
    const auto object = json(
        "SELECT i, i / 2.0 AS half, E'a\"\\\\\\n\\u0001' AS text, '{\"x\":\n[1]}'::json AS given, NULL AS "
        "none "
        "FROM generate_series(1, 2) AS i");
    EXPECT_EQ(object["stream"], pipeline.settings.stream_name);
    EXPECT_EQ(object["last_id"], reconciliation.last_id().to_string());
    ASSERT_EQ(object["rows"].size(), 2U);
    EXPECT_EQ(
        object["rows"][1],
        (nlohmann::json{
            {"i", 2}, {"half", 1.0}, {"text", "a\"\\\n\u0001"}, {"given", {{"x", {1}}}}, {"none", nullptr}}));
    EXPECT_EQ(json("SELECT 1 WHERE false")["rows"], nlohmann::json::array());
}

TEST_F(Reduction, ChangesNothing) {
    EXPECT_THAT(refusal_of("DELETE FROM contrail.batches RETURNING no"), HasSubstr("read-only transaction"));
}

TEST_F(Reduction, TakesOneQuery) {
    EXPECT_THAT(refusal_of("SELECT 1) TO STDOUT; COMMIT; DROP SCHEMA contrail CASCADE; --"),
                HasSubstr("syntax error"));
    EXPECT_THAT(refusal_of("SELECT 1"), HasSubstr("25P02")) << "the transaction is of no more use";
}

}  // namespace contrail::test
