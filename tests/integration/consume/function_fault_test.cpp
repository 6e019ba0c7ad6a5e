// Which exceptions of a SQL function reject its records, and which say that the function itself is not in order.

#include "handlers/function_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "handlers/sql_function.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using handlers::function_fault;
using handlers::FunctionFault;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

struct CodeCase {
    const char* sqlstate;
    FunctionFault fault;
    const char* name;  ///< In appendix A of PostgreSQL's manual.
};

constexpr auto records = FunctionFault::records;
constexpr auto function = FunctionFault::function;
constexpr auto passing = FunctionFault::passing;

constexpr CodeCase code_cases[] = {
    {"P0001", records, "raise_exception"},
    {"P0002", records, "no_data_found"},
    {"P0003", records, "too_many_rows"},
    {"P0004", records, "assert_failure"},
    {"20000", records, "case_not_found"},
    {"21000", records, "cardinality_violation"},
    {"22003", records, "numeric_value_out_of_range"},
    {"22012", records, "division_by_zero"},
    {"22023", records, "invalid_parameter_value"},
    {"22P02", records, "invalid_text_representation"},
    {"22P05", records, "untranslatable_character"},
    {"23502", records, "not_null_violation"},
    {"23503", records, "foreign_key_violation"},
    {"23505", records, "unique_violation"},
    {"23514", records, "check_violation"},
    {"23P01", records, "exclusion_violation"},
    {"27000", records, "triggered_data_change_violation"},
    {"38000", records, "external_routine_exception: Python, Perl"},
    {"39004", records, "null_value_not_allowed"},
    {"44000", records, "with_check_option_violation"},
    {"54000", records, "program_limit_exceeded: a value too long for an index"},
    {"54001", records, "statement_too_complex: JSON too deep for the stack"},
    {"XX000", records, "internal_error: JavaScript, Rust"},
    {"ZZ042", records, "a code of the service's own"},

    {"0A000", function, "feature_not_supported"},
    {"24000", function, "invalid_cursor_state"},
    {"25001", function, "active_sql_transaction"},
    {"26000", function, "invalid_sql_statement_name"},
    {"28000", function, "invalid_authorization_specification"},
    {"2BP01", function, "dependent_objects_still_exist"},
    {"2D000", function, "invalid_transaction_termination"},
    {"2F005", function, "function_executed_no_return_statement"},
    {"34000", function, "invalid_cursor_name"},
    {"3B001", function, "invalid_savepoint_specification"},
    {"3D000", function, "invalid_catalog_name"},
    {"3F000", function, "invalid_schema_name"},
    {"42501", function, "insufficient_privilege"},
    {"42601", function, "syntax_error"},
    {"42703", function, "undefined_column"},
    {"42804", function, "datatype_mismatch"},
    {"42883", function, "undefined_function"},
    {"42P01", function, "undefined_table"},
    {"42P10", function, "invalid_column_reference"},
    {"55000", function, "object_not_in_prerequisite_state"},
    {"55P04", function, "unsafe_new_enum_value_usage"},
    {"F0000", function, "config_file_error"},
    {"HV000", function, "fdw_error"},
    {"XX001", function, "data_corrupted"},
    {"XX002", function, "index_corrupted"},

    {"08006", passing, "connection_failure"},
    {"25006", passing, "read_only_sql_transaction"},
    {"25P03", passing, "idle_in_transaction_session_timeout"},
    {"40001", passing, "serialization_failure"},
    {"40P01", passing, "deadlock_detected"},
    {"53100", passing, "disk_full"},
    {"53200", passing, "out_of_memory"},
    {"55006", passing, "object_in_use"},
    {"55P03", passing, "lock_not_available"},
    {"57014", passing, "query_canceled"},
    {"57P01", passing, "admin_shutdown"},
    {"58030", passing, "io_error"},
};

/// What a function does with the record's data, and what that says.
struct ActionCase {
    const char* sql;
    FunctionFault fault;
    const char* said;
};

constexpr ActionCase action_cases[] = {
    {"SELECT 1 / 0", records, "division by zero (SQLSTATE 22012)"},
    {"SELECT 'four'::int", records, "invalid input syntax for type integer"},
    {"INSERT INTO app.rides VALUES (1), (1)", records, "duplicate key value"},
    {"INSERT INTO app.rides VALUES (NULL)", records, "violates not-null constraint"},
    {"INSERT INTO app.missing VALUES (1)", function, "relation \"app.missing\" does not exist"},
    {"INSERT INTO missing.rides VALUES (1)", function, "SQLSTATE 42P01"},
    {"SELECT app.missing(1)", function, "function app.missing(integer) does not exist"},
    {"UPDATE app.rides SET missing = 1", function, "column \"missing\" of relation \"rides\" does not exist"},
    {"SELEKT 1", function, "syntax error at or near \"SELEKT\""},
    {"VACUUM", function, "SQLSTATE 25001"},
    {"SET LOCAL ROLE app_reader; SELECT * FROM app.rides", function, "permission denied"},
};

}  // namespace

/// A function that raises what its record says.
class FunctionFaults : public ::testing::Test {
protected:
    FunctionFaults() {
        pipeline.database.run(
            "CREATE SCHEMA app; CREATE TABLE app.rides (ride bigint PRIMARY KEY);"
            "CREATE FUNCTION app.raise(records jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            "  RAISE 'as told' USING ERRCODE = records->0->'data'->>'code'; END $$;"
            "CREATE FUNCTION app.run(records jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            "  EXECUTE records->0->'data'->>'sql'; END $$;");
    }

    /// What the handler throws for a record with these data.
    std::optional<Error> thrown_by(const std::string& name, const nlohmann::json& data) {
        handlers::SqlFunction handler(consumer, {"app", name});
        const std::vector batch{Record{{1'700'000'000'000, Offset{1}}, "create", "ride", data.dump()}};
        try {
            handler.apply(*checkpoints->begin(consumer), batch);
        } catch (const Error& error) {
            return error;
        }
        return std::nullopt;
    }

    static void expect(FunctionFault fault, const std::optional<Error>& error) {
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->retry() == Retry::never, fault == records) << error->what();
        const auto says_so = HasSubstr("The function is at fault, or what it needs, and not a record.");
        if (fault == function) {
            EXPECT_THAT(error->what(), says_so);
        } else {
            EXPECT_THAT(error->what(), Not(says_so));
        }
    }

    const ConsumerName consumer{"mailer"};
    Pipeline pipeline;
    const std::unique_ptr<Checkpoints> checkpoints = postgres_checkpoints(pipeline.settings);
};

TEST_F(FunctionFaults, AreToldFromRejectedRecordsByTheirCode) {
    for (const auto& [sqlstate, fault, named] : code_cases) {
        SCOPED_TRACE(std::string(sqlstate) + ' ' + named);
        EXPECT_EQ(function_fault(sqlstate), fault);
        expect(fault, thrown_by("raise", {{"code", sqlstate}}));
    }
}

TEST_F(FunctionFaults, AreToldFromRejectedRecordsWhenTheServerFindsThem) {
    pipeline.database.run(
        "DO $$ BEGIN CREATE ROLE app_reader; EXCEPTION WHEN duplicate_object THEN END $$;"
        "GRANT USAGE ON SCHEMA app TO app_reader");
    for (const auto& [sql, fault, said] : action_cases) {
        SCOPED_TRACE(sql);
        const auto error = thrown_by("run", {{"sql", sql}});
        expect(fault, error);
        EXPECT_THAT(error->what(), HasSubstr(said));
    }
    pipeline.database.run("DROP OWNED BY app_reader; DROP ROLE app_reader");
}

TEST_F(FunctionFaults, AreNamedWithTheirPlaceInTheFunction) {
    EXPECT_THAT(
        thrown_by("raise", {{"code", "P0001"}})->what(),
        HasSubstr("as told (SQLSTATE P0001). Where: PL/pgSQL function app.raise(jsonb) line 1 at RAISE."));
}

}  // namespace contrail::test
