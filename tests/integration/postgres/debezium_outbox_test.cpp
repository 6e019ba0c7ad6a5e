// A service that fills Debezium's outbox table fills a view of Contrail's, and changes no more than a name.

#include "postgres/debezium_outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "integration/postgres/is_error.hpp"
#include "postgres/rights.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using postgres::make_debezium_outbox;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DebeziumOutbox : public ::testing::Test {
protected:
    static constexpr auto insert =
        "INSERT INTO outboxevent (id, aggregatetype, aggregateid, type, payload) VALUES "
        "('406c07f3-26f0-4eea-a50c-109940064b8f', 'Order', '1', 'OrderCreated', '{\"id\": 1}')";

    DebeziumOutbox() { make_debezium_outbox(pipeline.settings, "outboxevent", ""); }

    std::string staged() {
        return pipeline.database.value(
            "SELECT string_agg(concat_ws(' ', action, object, key, data), ', ' ORDER BY id) "
            "FROM contrail.staged_log_records");
    }

    std::string last_headers() {
        return pipeline.database.value(
            "SELECT headers FROM contrail.staged_log_records ORDER BY id DESC LIMIT 1");
    }

    /// What a statement changes, as the server counts it.
    std::string rows_of(const std::string& statement) {
        return pipeline.database.value("WITH changed AS (" + statement +
                                       " RETURNING 1) SELECT count(*) FROM changed");
    }

    auto refusal_of(const std::string& statement) {
        try {
            pipeline.database.run(statement);
        } catch (const std::runtime_error& error) {
            return std::string(error.what());
        }
        return std::string();
    }

    Pipeline pipeline;
};

TEST_F(DebeziumOutbox, StagesARecordForARow) {
    pipeline.database.run(insert);
    pipeline.stream();

    const Record record = pipeline.logged().at(0);
    EXPECT_EQ(record.action, "OrderCreated");
    EXPECT_EQ(record.object, "Order");
    EXPECT_EQ(record.key, "1");
    EXPECT_EQ(record.data, R"({"id": 1})");
    EXPECT_EQ(record.headers, R"({"id": "406c07f3-26f0-4eea-a50c-109940064b8f"})");
}

TEST_F(DebeziumOutbox, GivesBackTheIdsOfTheRows) {
    EXPECT_EQ(pipeline.database.value(std::string(insert) + " RETURNING id"),
              "406c07f3-26f0-4eea-a50c-109940064b8f");

    const std::string drawn = pipeline.database.value(
        "INSERT INTO outboxevent (aggregatetype, aggregateid, type, payload) "
        "VALUES ('Order', '2', 'OrderCreated', '{}') RETURNING id");
    EXPECT_EQ(last_headers(), R"({"id": ")" + drawn + R"("})");
}

TEST_F(DebeziumOutbox, StagesRowsInTheirOrder) {
    EXPECT_EQ(rows_of("INSERT INTO outboxevent (aggregatetype, aggregateid, type, payload) "
                      "SELECT 'Order', i::text, 'OrderCreated', to_jsonb(i) FROM generate_series(1, 3) AS i"),
              "3");
    EXPECT_EQ(staged(), "OrderCreated Order 1 1, OrderCreated Order 2 2, OrderCreated Order 3 3");
}

TEST_F(DebeziumOutbox, StagesWhatIsCopiedIntoIt) {
    pipeline.database.run(
        "CREATE TEMP TABLE before AS SELECT gen_random_uuid() AS id, 'Order' AS aggregatetype, i::text AS aggregateid, "
        "'OrderCreated' AS type, to_jsonb(i) AS payload FROM generate_series(1, 3) AS i");
    const servers::TemporaryDirectory folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    const std::string file = '\'' + (folder.path() / "rows").native() + '\'';
    pipeline.database.run("COPY before TO " + file);
    pipeline.database.run("COPY outboxevent (id, aggregatetype, aggregateid, type, payload) FROM " + file);
    EXPECT_EQ(staged(), "OrderCreated Order 1 1, OrderCreated Order 2 2, OrderCreated Order 3 3");
}

// Hibernate binds a string as varchar, which jsonb does not take.
TEST_F(DebeziumOutbox, TakesAPayloadAsTextIfItIsMadeForThat) {
    make_debezium_outbox(pipeline.settings, "as_text", "", postgres::DebeziumPayload::text);
    const std::string statement =
        "INSERT INTO as_text (aggregatetype, aggregateid, type, payload) VALUES ('Order', '1', 'OrderCreated', ";
    EXPECT_EQ(pipeline.database.value(statement + "'{\"id\": 1}'::varchar) RETURNING pg_typeof(payload)"),
              "text");
    EXPECT_EQ(staged(), R"(OrderCreated Order 1 {"id": 1})");
    EXPECT_THAT(refusal_of(statement + "'no JSON'::varchar)"),
                HasSubstr("invalid input syntax for type json"));
    EXPECT_THAT(refusal_of("INSERT INTO outboxevent (aggregatetype, aggregateid, type, payload) VALUES "
                           "('Order', '1', 'OrderCreated', '{}'::varchar)"),
                HasSubstr("is of type jsonb but expression is of type character varying"));
}

TEST_F(DebeziumOutbox, StagesNullForARowWithoutAPayload) {
    pipeline.database.run(
        "INSERT INTO outboxevent (aggregatetype, aggregateid, type) VALUES ('Order', '1', 'Noted')");
    EXPECT_EQ(staged(), "Noted Order 1 null");
}

// The pattern that keeps Debezium's table empty. Hibernate counts on one deleted row.
TEST_F(DebeziumOutbox, CountsARowAsDeletedInTheTransactionThatInsertedIt) {
    const std::string remove = "DELETE FROM outboxevent WHERE id = '406c07f3-26f0-4eea-a50c-109940064b8f'";
    pipeline.database.run(std::string("BEGIN; ") + insert);
    EXPECT_EQ(rows_of(remove), "1");
    pipeline.database.run("COMMIT");
    EXPECT_EQ(staged(), R"(OrderCreated Order 1 {"id": 1})") << "the record stays";
    EXPECT_EQ(rows_of(remove), "0") << "a later transaction finds no row";
}

TEST_F(DebeziumOutbox, ShowsATransactionWhatItInsertedAndNothingElse) {
    AdminPostgres other(pipeline.settings.database_url);
    other.run(std::string("BEGIN; ") + insert);
    pipeline.database.run(
        "BEGIN; SELECT contrail.stage('create', 'ride', '{}', headers => '{\"id\": \"no uuid\"}')");
    EXPECT_EQ(pipeline.database.value("SELECT string_agg(type, ' ') FROM outboxevent WHERE id IS NOT NULL"),
              "");
    pipeline.database.run(insert);
    EXPECT_EQ(pipeline.database.value("SELECT concat_ws(' ', id, aggregatetype, aggregateid, type, payload) "
                                      "FROM outboxevent WHERE id IS NOT NULL"),
              R"(406c07f3-26f0-4eea-a50c-109940064b8f Order 1 OrderCreated {"id": 1})");
    pipeline.database.run("ROLLBACK");
    EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM outboxevent"), "0");
    EXPECT_EQ(staged(), "") << "what rolled back is not staged";
}

TEST_F(DebeziumOutbox, PutsTimestampAndTraceIntoHeaders) {
    const auto headers_with = [&](const std::string& context) {
        pipeline.database.run(
            "INSERT INTO outboxevent (id, aggregatetype, aggregateid, type, \"timestamp\", tracingspancontext) "
            "VALUES ('406c07f3-26f0-4eea-a50c-109940064b8f', 'Order', '1', 'OrderCreated', '2026-01-02 03:04:05.6', " +
            context + ")");
        return last_headers();
    };
    const std::string id = R"("id": "406c07f3-26f0-4eea-a50c-109940064b8f", )";
    const std::string timestamp = R"("timestamp": "2026-01-02T03:04:05.6")";
    // As java.util.Properties writes it.
    EXPECT_EQ(headers_with(R"(E'#Fri Jan 02\ntracestate=rojo\\=1\ntraceparent=00-4bf9-00f0-01\r\n')"),
              "{" + id + timestamp + R"(, "tracestate": "rojo=1", "traceparent": "00-4bf9-00f0-01"})");
    EXPECT_EQ(headers_with(R"(E'uber-trace-id=1\\:2')"),
              "{" + id + timestamp + R"(, "tracingspancontext": "uber-trace-id=1\\:2"})");
}

TEST_F(DebeziumOutbox, RefusesWhatNoRecordMayHold) {
    for (const auto& [values, refusal] : {
             std::pair{"NULL, '1', 'OrderCreated', '{}'", "\"object\""},
             std::pair{"'Order', '1', '', '{}'", "action_has_1_to_255_bytes"},
             std::pair{"'Order', repeat('x', 256), 'OrderCreated', '{}'", "key_has_at_most_255_bytes"},
             std::pair{"'Order', '1', 'OrderCreated', '{'", "invalid input syntax for type json"},
         })
        EXPECT_THAT(
            refusal_of(std::string("INSERT INTO outboxevent (aggregatetype, aggregateid, type, payload) "
                                   "VALUES (") +
                       values + ")"),
            HasSubstr(refusal));
    EXPECT_THAT(refusal_of("UPDATE outboxevent SET type = 'x'"), HasSubstr("staged records never change"));
}

TEST_F(DebeziumOutbox, RefusesWhatATableWouldDoAndAViewCannot) {
    EXPECT_THAT(refusal_of(std::string(insert) + " ON CONFLICT (id) DO NOTHING"), HasSubstr("no unique"));
    EXPECT_THAT(refusal_of("TRUNCATE outboxevent"), HasSubstr("is not a table"));
}

TEST_F(DebeziumOutbox, IsMadeOnceHoweverOftenItIsAskedFor) {
    pipeline.database.run(insert);
    make_debezium_outbox(pipeline.settings, "outboxevent", "");
    make_debezium_outbox(pipeline.settings, "public.outboxevent", "");
    pipeline.database.run("CREATE SCHEMA shop");
    make_debezium_outbox(pipeline.settings, "shop.outbox", "");
    pipeline.database.run("INSERT INTO shop.outbox (aggregatetype, type) VALUES ('Order', 'OrderPaid')");
    EXPECT_EQ(staged(), R"(OrderCreated Order 1 {"id": 1}, OrderPaid Order null)");
}

TEST_F(DebeziumOutbox, TakesThePlaceOfNoTableAndNoOtherView) {
    pipeline.database.run("CREATE TABLE taken (id uuid); CREATE VIEW also_taken AS SELECT 1 AS one");
    for (const std::string name : {"taken", "also_taken"}) {
        EXPECT_THAT(
            error_of([&] { make_debezium_outbox(pipeline.settings, name, ""); }),
            IsError(Retry::never, AllOf(HasSubstr("a table or view \"public\".\"" + name + "\" exists"),
                                        HasSubstr("Rename it"))));
    }
    pipeline.database.run("ALTER TABLE taken RENAME TO taken_before");
    make_debezium_outbox(pipeline.settings, "taken", "");
    pipeline.database.run("INSERT INTO taken (aggregatetype, type) VALUES ('Order', 'OrderPaid')");
}

TEST_F(DebeziumOutbox, HasAPlainName) {
    for (const std::string name :
         {"", ".", "a.", ".a", "a.b.c", "Outbox", "1st", "out-box", "out\"box", "out box", "$name$", "ö"})
        EXPECT_THAT(error_of([&] { make_debezium_outbox(pipeline.settings, name, ""); }),
                    IsError(Retry::never, HasSubstr("Cannot name a view \"" + name + "\"")));
    EXPECT_TRUE(
        error_of([&] { make_debezium_outbox(pipeline.settings, std::string(64, 'x'), ""); }).has_value());
}

TEST_F(DebeziumOutbox, HasNoPlaceInContrailsOwnSchema) {
    EXPECT_THAT(error_of([&] { make_debezium_outbox(pipeline.settings, "contrail.outbox", ""); }),
                IsError(Retry::never, HasSubstr("Choose another schema")));
}

// A view in a schema that others can write to must not become their way in.
TEST_F(DebeziumOutbox, IsForProducersAndForNoOneElse) {
    const std::string prefix = "debezium_" + pipeline.database.value(
                                                 "SELECT oid FROM pg_database "
                                                 "WHERE datname = current_database()");
    postgres::make_roles(pipeline.settings, prefix);
    make_debezium_outbox(pipeline.settings, "outboxevent", prefix);
    AdminPostgres other(pipeline.settings.database_url);
    other.run("BEGIN; SELECT contrail.stage('create', 'secret', '{}')");

    pipeline.database.run("SET ROLE " + prefix + "_consumer");
    EXPECT_THAT(refusal_of(insert), HasSubstr("permission denied"));
    EXPECT_THAT(refusal_of("SELECT FROM outboxevent"), HasSubstr("permission denied"));

    pipeline.database.run("SET ROLE " + prefix + "_producer");
    pipeline.database.run(std::string("BEGIN; ") + insert);
    EXPECT_EQ(rows_of("DELETE FROM outboxevent WHERE aggregateid = '1'"), "1");
    pipeline.database.run("COMMIT");

    // A cheap function would see every row if the planner asked it first.
    pipeline.database.run(
        "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
        "$$ BEGIN RAISE EXCEPTION 'saw %', $1; END $$");
    other.run("COMMIT");
    EXPECT_THAT(refusal_of("SELECT FROM outboxevent WHERE pg_temp.spy(aggregatetype)"), IsEmpty());

    pipeline.database.run("RESET ROLE");
    for (const auto part : postgres::parts()) {
        const std::string role = prefix + '_' + std::string(postgres::name(part));
        pipeline.database.run("DROP OWNED BY " + role);
        pipeline.database.run("DROP ROLE " + role);
    }
}

TEST_F(DebeziumOutbox, TakesTheRightsThatThePageNamesAndNoFewer) {
    const std::string role =
        "shop_" + pipeline.database.value("SELECT oid FROM pg_database WHERE datname = current_database()");
    pipeline.database.run("CREATE ROLE " + role);
    const auto refusal_of_insert = [&] {
        pipeline.database.run("SET ROLE " + role);
        const std::string refusal = refusal_of(insert);
        pipeline.database.run("RESET ROLE");
        return refusal;
    };
    for (const std::string right :
         {"INSERT, SELECT, DELETE ON outboxevent", "USAGE ON SCHEMA contrail",
          "INSERT (action, object, data, key, headers) ON contrail.staged_log_records"}) {
        EXPECT_THAT(refusal_of_insert(), HasSubstr("permission denied")) << "before " << right;
        pipeline.database.run("GRANT " + right + " TO " + role);
    }
    EXPECT_THAT(refusal_of_insert(), IsEmpty());
    EXPECT_EQ(staged(), R"(OrderCreated Order 1 {"id": 1})");
    pipeline.database.run("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

TEST_F(DebeziumOutbox, IsNotMisledByTheProducersSearchPath) {
    pipeline.database.run(
        "CREATE SCHEMA trap; SET search_path = trap, pg_catalog, public;"
        "CREATE FUNCTION trap.jsonb_strip_nulls(jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'");
    pipeline.database.run(insert);
    EXPECT_THAT(last_headers(), HasSubstr("406c07f3"));
}

TEST_F(DebeziumOutbox, IsPrintedAsSqlForPsqlToo) {
    pipeline.database.run("DROP VIEW outboxevent");
    pipeline.database.run(postgres::debezium_outbox_text("outboxevent", "contrail", ""));
    pipeline.database.run(insert);
    EXPECT_EQ(staged(), R"(OrderCreated Order 1 {"id": 1})");
}

}  // namespace contrail::test
