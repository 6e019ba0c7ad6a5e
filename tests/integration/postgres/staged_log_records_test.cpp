#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class StagedLogRecords : public ::testing::Test {
protected:
    auto running(const std::string& statements) {
        return [this, statements] { admin.run(statements); };
    }

    static auto fails_with(const std::string& message) {
        return ThrowsMessage<std::runtime_error>(HasSubstr(message));
    }

    std::string count() { return admin.value("SELECT count(*) FROM contrail.staged_log_records"); }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
};

TEST_F(StagedLogRecords, AreStagedByAFunctionThatReturnsRisingIds) {
    const auto first = admin.value("SELECT contrail.stage('create', 'ride', '{\"id\": 1}')");
    const auto second = admin.value("SELECT contrail.stage('update', 'ride', '[]')");
    EXPECT_LT(std::stoll(first), std::stoll(second));
}

TEST_F(StagedLogRecords, AreStagedByAPlainInsert) {
    admin.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) VALUES ('create', 'ride', '{}')");
    EXPECT_EQ(count(), "1");
}

TEST_F(StagedLogRecords, MayHaveAKeyAndHeaders) {
    admin.run("SELECT contrail.stage('create', 'ride', '{}', key => '521')");
    admin.run(R"(SELECT contrail.stage('create', 'ride', '{}', headers => '{"b": 1, "a": 1}'))");
    admin.run("SELECT contrail.stage('create', 'ride', '{}', '', '{}')");
    EXPECT_EQ(admin.value("SELECT string_agg(concat_ws(' ', key, headers), ', ' ORDER BY id) "
                          "FROM contrail.staged_log_records"),
              R"(521, {"a": 1, "b": 1},  {})");
}

TEST_F(StagedLogRecords, AreStagedByAUserWithNoMoreThanTheDocumentedRights) {
    admin.run(
        "CREATE ROLE producer;"
        "GRANT USAGE ON SCHEMA contrail TO producer;"
        "GRANT INSERT, SELECT (id) ON contrail.staged_log_records TO producer;"
        "SET ROLE producer;"
        "SELECT contrail.stage('create', 'ride', '{}');"
        "RESET ROLE;"
        "DROP OWNED BY producer;"
        "DROP ROLE producer");
    EXPECT_EQ(count(), "1");
}

TEST_F(StagedLogRecords, AreNeverChanged) {
    admin.run("SELECT contrail.stage('create', 'ride', '{}')");
    for (const std::string table :
         {"staged_log_records", "staged_log_records_0", "staged_log_records_1", "staged_log_records_2"}) {
        EXPECT_THAT(running("UPDATE contrail." + table + " SET action = 'delete'"),
                    fails_with("staged records never change"));
        EXPECT_THAT(running("DELETE FROM contrail." + table), fails_with("staged records never change"));
        EXPECT_THAT(running("TRUNCATE contrail." + table), fails_with("staged records never change"));
    }
    EXPECT_EQ(count(), "1");
}

TEST_F(StagedLogRecords, AreEmptiedBySegment) {
    admin.run("SELECT contrail.stage('create', 'ride', '{}')");
    admin.run(
        "SET contrail.emptying = on; TRUNCATE contrail.staged_log_records_0; "
        "TRUNCATE contrail.staged_log_records_1; TRUNCATE "
        "contrail.staged_log_records_2");
    EXPECT_EQ(count(), "0");
}

// What would be lost, put out of order, or could never be sent, is refused at the door.
TEST_F(StagedLogRecords, RefuseWhatCouldNotBeSentInOrder) {
    const auto insert = [](const std::string& columns, const std::string& values) {
        return "INSERT INTO contrail.staged_log_records (" + columns + ") VALUES (" + values + ")";
    };
    const struct {
        std::string statement, refusal;
    } cases[] = {
        {insert("xid, action, object, data", "'3', 'create', 'ride', '{}'"),
         "xid_is_that_of_the_inserting_transaction"},
        // The constraint lets replication pass; a trigger tells it from a producer.
        {"SET session_replication_role = replica; " +
             insert("xid, action, object, data", "'3', 'create', 'ride', '{}'"),
         "cannot stage a record of another transaction"},
        {insert("id, action, object, data", "3, 'create', 'ride', '{}'"), "GENERATED ALWAYS"},
        {"SELECT contrail.stage('', 'ride', '{}')", "action_has_1_to_255_bytes"},
        {"SELECT contrail.stage(repeat('x', 256), 'ride', '{}')", "action_has_1_to_255_bytes"},
        {"SELECT contrail.stage('create', '', '{}')", "object_has_1_to_255_bytes"},
        {"SELECT contrail.stage('create', repeat('ü', 128), '{}')", "object_has_1_to_255_bytes"},
        {"SELECT contrail.stage(NULL, 'ride', '{}')", "not-null"},
        {"SELECT contrail.stage('create', 'ride', NULL)", "not-null"},
        {"SELECT contrail.stage('create', 'ride', '{')", "invalid input syntax for type json"},
        {"SELECT contrail.stage('create', 'ride', to_jsonb(repeat('x', 1048575)))", "data_has_at_most_1_mib"},
        {"SELECT contrail.stage('create', 'ride', to_jsonb(array_fill('1e100000'::numeric, '{11}')))",
         "data_has_at_most_1_mib"},
        {"SELECT contrail.stage('create', 'ride', '{}', key => repeat('x', 256))",
         "key_has_at_most_255_bytes"},
        {"SELECT contrail.stage('create', 'ride', '{}', key => repeat('ü', 128))",
         "key_has_at_most_255_bytes"},
        {"SELECT contrail.stage('create', 'ride', '{}', key => E'\\x00')", "invalid byte sequence"},
        {"SELECT contrail.stage('create', 'ride', '{}', headers => '[]')", "headers_are_an_object"},
        {"SELECT contrail.stage('create', 'ride', '{}', headers => 'null')", "headers_are_an_object"},
        {"SELECT contrail.stage('create', 'ride', '{}', headers => '')",
         "invalid input syntax for type json"},
        {R"(SELECT contrail.stage('create', 'ride', '{}', headers => '{"a": "\u0000"}'))",
         "unsupported Unicode escape sequence"},
        {"SELECT contrail.stage('create', 'ride', '{}', headers => jsonb_build_object('a', repeat('x', 65528)))",
         "headers_have_at_most_64_kib"},
        {"SELECT contrail.stage('create', 'ride', '{}', headers => '{\"a\": 1e65536}')",
         "headers_have_at_most_64_kib"},
    };
    for (const auto& refused : cases) EXPECT_THAT(running(refused.statement), fails_with(refused.refusal));
    EXPECT_EQ(count(), "0");
}

TEST_F(StagedLogRecords, TakeWordsAndDataUpToTheirBounds) {
    admin.run(
        "SELECT contrail.stage(repeat('x', 255), repeat('x', 255), to_jsonb(repeat('x', 1048574)), "
        "repeat('x', 255), jsonb_build_object('a', repeat('x', 65527)))");
    EXPECT_EQ(count(), "1");
}

TEST_F(StagedLogRecords, AndTheirTablesAreCommentedOn) {
    EXPECT_EQ(
        admin.value(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'contrail'::regnamespace "
            "AND relkind IN ('r', 'p') AND NOT relispartition AND obj_description(oid, 'pg_class') IS NULL"),
        "0");
    EXPECT_EQ(
        admin.value(
            "SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE relnamespace = 'contrail'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition "
            "AND attnum > 0 AND col_description(attrelid, attnum) IS NULL"),
        "0");
}

}  // namespace contrail::test
