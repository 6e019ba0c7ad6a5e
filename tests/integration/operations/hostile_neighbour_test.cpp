// Other roles of the database must not change what Contrail's statements do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/reconciliation.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "integration/operations/findings.hpp"
#include "operations/status/status_poller.hpp"
#include "postgres/dead_letters.hpp"
#include "postgres/migrations.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

/// Puts an overload of each operator and function that PostgreSQL has, and of each operator for pairs of types
/// for which it has none, before PostgreSQL's own. Each one fails as soon as it is called.
constexpr auto traps = R"(
    SET search_path = pg_catalog;
    CREATE FUNCTION public.trap(name text) RETURNS text LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'called an overload of %', name; END$$;
    DO $body$
    DECLARE
        one record;
        place int := 0;
    BEGIN
        FOR one IN
            SELECT oprname, oprleft::regtype AS a, oprright::regtype AS b, oprresult::regtype AS result
            FROM pg_operator WHERE oprleft <> 0 AND oprresult <> 0
            UNION
            SELECT name, a::regtype, b::regtype, 'text'::regtype
            FROM unnest(ARRAY['=', '<>', '<', '>', '<=', '>=', '+', '-', '*', '/', '||', '&', '>>', '~']) AS name,
                 unnest(ARRAY['int2', 'int4', 'int8', 'text', 'float8', 'numeric', 'bool', 'xid8', 'oid',
                              'name', 'timestamptz', 'interval']) AS a,
                 unnest(ARRAY['int2', 'int4', 'int8', 'text', 'float8', 'numeric', 'bool', 'xid8', 'oid',
                              'name', 'timestamptz', 'interval']) AS b
            WHERE NOT EXISTS (SELECT FROM pg_operator WHERE oprname = name AND oprleft = a::regtype
                                                        AND oprright = b::regtype)
        LOOP
            place := place + 1;
            BEGIN
                EXECUTE format('CREATE FUNCTION public.trap_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS '
                               '$f$BEGIN RAISE EXCEPTION ''called an overload of %s''; END$f$',
                               place, one.a, one.b, one.result, replace(one.oprname, '%', '%%'));
                EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = public.trap_%s, LEFTARG = %s, RIGHTARG = %s)',
                               one.oprname, place, one.a, one.b);
            EXCEPTION WHEN OTHERS THEN
                NULL;  -- Pseudo-types, which PL/pgSQL does not take.
            END;
        END LOOP;
        FOR one IN
            SELECT proname, pg_get_function_identity_arguments(oid) AS arguments, prorettype::regtype AS result
            FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset
              AND provariadic = 0
        LOOP
            BEGIN
                EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS '
                               '$f$BEGIN RAISE EXCEPTION ''called an overload of %s''; END$f$',
                               one.proname, one.arguments, one.result, one.proname);
            EXCEPTION WHEN OTHERS THEN
                NULL;  -- Pseudo-types.
            END;
        END LOOP;
    END
    $body$;
    CREATE FUNCTION public.hashtextextended(text, int) RETURNS bigint LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'called an overload of hashtextextended'; END$$;
    CREATE TABLE public.pg_locks ();
    CREATE TABLE public.pg_stat_activity ();
    CREATE TABLE public.pg_settings ();
    CREATE TABLE public.pg_database ())";

/// What the Error says that `action` throws; empty if it throws none.
template <class Action>
std::string failure_of(Action action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

class HostileNeighbour : public ::testing::Test {
protected:
    /// Whatever session looks a name up without saying where falls into a trap.
    void set_traps() {
        pipeline.database.run(traps);
        pipeline.database.run("ALTER DATABASE " + database_name() + " SET search_path = public, pg_catalog");
    }

    [[nodiscard]] std::string database_name() const {
        return pipeline.settings.database_url.substr(pipeline.settings.database_url.rfind('/') + 1);
    }

    Pipeline pipeline;
};

TEST_F(HostileNeighbour, FindsNoStatementThatCallsItsOverloads) {
    set_traps();
    EXPECT_THROW(AdminPostgres(pipeline.settings.database_url).run("SELECT now()"), std::runtime_error);

    const Settings& settings = pipeline.settings;
    postgres::migrate(settings);
    pipeline.stage({"1", "2", "3"});
    AdminPostgres(settings.database_url).run("SELECT contrail.stage('create', 'ride', '4')");
    pipeline.stream();
    EXPECT_EQ(pipeline.logged().size(), 4U);
    EXPECT_EQ(pipeline.consume().size(), 4U);

    const auto checkpoints = postgres_checkpoints(settings);
    const Record parked{{1'800'000'000'000, Offset{5}}, "create", "ride", "5", {}, {}};
    {
        const auto transaction = checkpoints->begin(ConsumerName("consumer"));
        transaction->park({.record = parked, .error = "no", .first_refused_ms = 1});
        transaction->commit();
    }
    EXPECT_FALSE(checkpoints->has_marked(ConsumerName("consumer")));
    EXPECT_TRUE(checkpoints->begin(ConsumerName("consumer"))->park_again(parked.id, "still no"));
    postgres::DeadLetters letters(settings);
    EXPECT_EQ(letters.mark(ConsumerName("consumer"), {}), 1U);
    EXPECT_EQ(letters.list({}, 10).size(), 1U);
    EXPECT_TRUE(checkpoints->begin(ConsumerName("consumer"))->take_marked().has_value());
    EXPECT_EQ(letters.discard(ConsumerName("consumer"), {}), 1U);

    AdminPostgres client(settings.database_url);
    for (const std::string call : {
             "SELECT contrail.register('client', 'rides', '0-0')",
             "BEGIN; SELECT contrail.begin_batch('client', 'rides', '5 s', '5 s')",
             "SELECT contrail.advance('client', 'rides', '0-0', '1-1')",
             "SELECT contrail.park('client', 'rides', '1-2', 'create', 'ride', '2', 'no')",
             "SELECT contrail.has_marked('client', 'rides')",
             "SELECT record_id FROM contrail.take_marked('client', 'rides'); COMMIT",
             "SELECT contrail.park_again('client', 'rides', '1-2', 'no')",
         })
        EXPECT_EQ(failure_of([&] { client.run(call); }), "") << call;

    const auto outbox = postgres_outbox(settings, {.bytes_max = 1});
    const auto log = redis_log(settings);
    Retention retention(*outbox, *log, system_clock(), {}, {});
    retention.run_once();
    retention.run_once();
    EXPECT_GT(Reconciliation(settings).last_id(), RecordId{});

    const operations::Status status = operations::StatusPoller(settings).poll();
    EXPECT_EQ(status.outbox.error, "");
    for (const auto& each : diagnose(settings).findings)
        EXPECT_NE(each.found, "could not be checked") << each.check << ": " << each.why;
}

TEST_F(HostileNeighbour, LeavesAHandlerItsOwnSearchPath) {
    pipeline.database.run(
        "ALTER DATABASE " + database_name() +
        " SET search_path = rides, public; CREATE SCHEMA rides; CREATE TABLE rides.total ()");
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    const auto transaction = checkpoints->begin(ConsumerName("consumer"));
    EXPECT_THAT(sql(*transaction).execute("SHOW search_path"),
                ::testing::ElementsAre(::testing::ElementsAre("rides, public")));
    EXPECT_TRUE(sql(*transaction).execute("SELECT FROM total").empty());
}

class RowLevelSecurity : public HostileNeighbour {
protected:
    RowLevelSecurity() {
        pipeline.database.run("CREATE ROLE " + user() + " LOGIN; GRANT USAGE ON SCHEMA contrail TO " +
                              user() + "; GRANT ALL ON ALL TABLES IN SCHEMA contrail TO " + user() +
                              "; GRANT ALL ON ALL SEQUENCES IN SCHEMA contrail TO " + user());
    }
    ~RowLevelSecurity() override {
        pipeline.database.run("DROP OWNED BY " + user() + "; DROP ROLE " + user());
    }

    [[nodiscard]] std::string user() const { return database_name() + "_user"; }

    /// Of a user who owns no table and is no superuser.
    [[nodiscard]] Settings settings() const {
        Settings settings = pipeline.settings;
        settings.database_url += "?user=" + user();
        return settings;
    }

    void enable_on(const std::string& table) {
        pipeline.database.run("ALTER TABLE contrail." + table + " ENABLE ROW LEVEL SECURITY");
    }

    const ::testing::Matcher<std::string> says_so =
        AllOf(HasSubstr("row"), HasSubstr("security"), HasSubstr("BYPASSRLS"));
};

TEST_F(RowLevelSecurity, StopsTheStreamerInsteadOfHidingRecords) {
    pipeline.stage({"1"});
    enable_on("staged_log_records");
    const auto outbox = postgres_outbox(settings());
    const Batch newest = outbox->newest();
    EXPECT_THAT(failure_of([&] { outbox->next(newest); }), says_so);

    // Also for a caller whose own session believes filtered answers.
    enable_on("consumers");
    AdminPostgres caller(settings().database_url);
    for (const std::string call : {"releasable('rides', 100)", "holds_more_than('1:1:', 0::smallint)"})
        EXPECT_THROW(caller.run("SELECT contrail." + call), std::runtime_error) << call;
}

TEST_F(RowLevelSecurity, StopsAConsumerInsteadOfHidingItsCheckpoint) {
    for (const std::string table : {"checkpoints", "dead_letters"}) {
        const auto checkpoints = postgres_checkpoints(settings());
        checkpoints->begin(ConsumerName("consumer"))->checkpoint();
        enable_on(table);
        const auto later = postgres_checkpoints(settings());
        EXPECT_THAT(failure_of([&] { later->begin(ConsumerName("consumer")); }),
                    AllOf(says_so, HasSubstr(table)));
        if (table == "checkpoints") {
            EXPECT_THAT(failure_of([&] { checkpoints->begin(ConsumerName("consumer")); }), says_so);
        }
        pipeline.database.run("ALTER TABLE contrail." + table + " DISABLE ROW LEVEL SECURITY");
    }
}

// Also one in another language, whose session believes filtered answers.
TEST_F(RowLevelSecurity, StopsAClientOfTheConsumersFunctions) {
    enable_on("checkpoints");
    enable_on("dead_letters");
    AdminPostgres client(settings().database_url);
    for (const std::string call :
         {"begin_batch('client', 'rides')", "register('client', 'rides', '0-0')",
          "has_marked('client', 'rides')", "park_again('client', 'rides', '1-1', 'no')"})
        EXPECT_THAT(failure_of([&] { client.run("SELECT contrail." + call); }),
                    HasSubstr("row-level security"))
            << call;
}

TEST_F(RowLevelSecurity, IsReportedByTheDoctor) {
    const auto row_security = [&] { return finding(diagnose(pipeline.settings), "postgres.row_security"); };
    EXPECT_EQ(row_security().verdict, Verdict::ok);
    enable_on("batches");
    enable_on("staged_log_records_1");
    EXPECT_EQ(row_security().verdict, Verdict::error);
    EXPECT_THAT(row_security().found, AllOf(HasSubstr("batches"), HasSubstr("staged_log_records_1")));
}

TEST(Guards, ThatAreMissingOrOffAreReportedByTheDoctor) {
    Pipeline pipeline;
    const auto guards = [&] { return finding(diagnose(pipeline.settings), "postgres.guards"); };
    EXPECT_EQ(guards().verdict, Verdict::ok);
    pipeline.database.run(
        "ALTER TABLE contrail.staged_log_records DROP CONSTRAINT xid_is_that_of_the_inserting_transaction;"
        "ALTER TABLE contrail.staged_log_records_1 ENABLE REPLICA TRIGGER refuse_change;"
        "ALTER TABLE contrail.staged_log_records_2 DISABLE TRIGGER refuse_change;"
        "DROP TRIGGER admit_replicated ON contrail.batches;"
        "ALTER TABLE contrail.checkpoints DROP CONSTRAINT checkpoints_pkey");
    EXPECT_EQ(guards().verdict, Verdict::error);
    EXPECT_EQ(guards().found,
              "missing or off: check xid_is_that_of_the_inserting_transaction of staged_log_records, "
              "check xid_is_that_of_the_inserting_transaction of staged_log_records_0, "
              "check xid_is_that_of_the_inserting_transaction of staged_log_records_1, "
              "check xid_is_that_of_the_inserting_transaction of staged_log_records_2, "
              "primary key of checkpoints, trigger admit_replicated of batches, "
              "trigger refuse_change of staged_log_records_1, trigger refuse_change of staged_log_records_2");
    EXPECT_THAT(guards().fix,
                ElementsAre("ALTER TABLE contrail.staged_log_records_1 ENABLE TRIGGER refuse_change;",
                            "ALTER TABLE contrail.staged_log_records_2 ENABLE TRIGGER refuse_change;"));
}

// Records in a detached segment are not found, and a sequence with a cache gives each session ids of its own.
TEST(Guards, AreAttachedSegmentsAndIdsOneByOne) {
    Pipeline pipeline;
    pipeline.database.run(
        "ALTER TABLE contrail.staged_log_records DETACH PARTITION contrail.staged_log_records_1;"
        "ALTER SEQUENCE contrail.staged_log_records_id_seq CACHE 50");
    const auto guards = finding(diagnose(pipeline.settings), "postgres.guards");
    EXPECT_EQ(guards.verdict, Verdict::error);
    EXPECT_EQ(guards.found,
              "missing or off: CACHE 1 of sequence staged_log_records_id_seq, attachment of staged_log_records_1");
    EXPECT_THAT(guards.fix, ElementsAre("ALTER SEQUENCE contrail.staged_log_records_id_seq INCREMENT BY 1 "
                                        "CACHE 1 NO CYCLE;"));
}

TEST(Guards, AreTablesThatOutliveACrash) {
    Pipeline pipeline;
    pipeline.database.run("ALTER TABLE contrail.staged_log_records_0 SET UNLOGGED");
    const auto guards = finding(diagnose(pipeline.settings), "postgres.guards");
    EXPECT_EQ(guards.verdict, Verdict::error);
    EXPECT_EQ(guards.found, "unlogged: staged_log_records_0");
    EXPECT_THAT(guards.fix, ElementsAre("ALTER TABLE \"contrail\".\"staged_log_records_0\" SET LOGGED;"));
}

}  // namespace contrail::test
