// What an operator may have set for a database or a role, for its other programs. A record goes all the way all the
// same: staged, sealed, sent, applied, released.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "contrail/clock.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

struct OddSetting {
    const char* name;
    const char* value;
    int since = 130'000;  ///< The first server that knows it.
};

class OddSettings : public ::testing::TestWithParam<OddSetting> {
protected:
    /// For sessions that begin from now on.
    void set_for_the_database() {
        pipeline.database.run("DO $$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET " +
                              std::string(GetParam().name) + " = " + GetParam().value +
                              "', pg_catalog.current_database()); END $$");
    }

    void retain() {
        const auto outbox = postgres_outbox(pipeline.settings, {.bytes_max = 0, .current_max = {}});
        const auto log = redis_log(pipeline.settings);
        Retention(*outbox, *log, system_clock(), {}).run_once();
    }

    Pipeline pipeline;
};

TEST_P(OddSettings, LetARecordGoAllTheWay) {
    if (std::stoi(pipeline.database.value("SELECT pg_catalog.current_setting('server_version_num')")) <
        GetParam().since)
        return;  // The server refuses the name.
    set_for_the_database();

    AdminPostgres service(pipeline.settings.database_url);
    service.run("SET client_encoding = UTF8");  // As this file is written.
    service.run(R"(SELECT contrail.stage('create', 'ride', '{"text": "a b é", "distance": 1.10}'))");
    migrate_postgres(pipeline.settings);
    pipeline.stream();
    EXPECT_THAT(pipeline.consume(), ElementsAre(R"({"text": "a b é", "distance": 1.10})"));
    EXPECT_THAT(pipeline.consume(), ElementsAre());  // It reports what it has committed.
    retain();
    retain();
    EXPECT_EQ(service.value("SELECT count(*) FROM contrail.staged_log_records"), "0");
}

INSTANTIATE_TEST_SUITE_P(
    Each, OddSettings,
    ::testing::Values(
        OddSetting{"search_path", "public"}, OddSetting{"search_path", "\"$user\""},
        OddSetting{"row_security", "off"}, OddSetting{"lock_timeout", "1"},
        OddSetting{"transaction_timeout", "1", 170'000},
        OddSetting{"default_transaction_isolation", "serializable"},
        OddSetting{"default_transaction_isolation", "''repeatable read''"},
        OddSetting{"default_transaction_deferrable", "on"}, OddSetting{"synchronous_commit", "off"},
        OddSetting{"standard_conforming_strings", "off"}, OddSetting{"escape_string_warning", "off"},
        OddSetting{"backslash_quote", "off"}, OddSetting{"array_nulls", "off"},
        OddSetting{"transform_null_equals", "on"}, OddSetting{"quote_all_identifiers", "on"},
        OddSetting{"bytea_output", "escape"}, OddSetting{"extra_float_digits", "-15"},
        OddSetting{"DateStyle", "German, DMY"}, OddSetting{"IntervalStyle", "sql_standard"},
        OddSetting{"TimeZone", "''Asia/Kathmandu''"}, OddSetting{"client_encoding", "LATIN1"},
        OddSetting{"xmlbinary", "hex"}, OddSetting{"client_min_messages", "debug5"},
        OddSetting{"client_min_messages", "error"}, OddSetting{"check_function_bodies", "off"},
        OddSetting{"default_tablespace", "pg_default"}, OddSetting{"default_table_access_method", "heap"},
        OddSetting{"default_toast_compression", "pglz", 140'000}, OddSetting{"exit_on_error", "on"},
        OddSetting{"work_mem", "64"}, OddSetting{"temp_buffers", "100"},
        OddSetting{"cursor_tuple_fraction", "0"}, OddSetting{"plan_cache_mode", "force_custom_plan"},
        OddSetting{"constraint_exclusion", "on"}, OddSetting{"from_collapse_limit", "1"},
        OddSetting{"join_collapse_limit", "1"}, OddSetting{"enable_indexscan", "off"},
        OddSetting{"enable_partition_pruning", "off"}, OddSetting{"enable_sort", "off"},
        OddSetting{"geqo_threshold", "2"}, OddSetting{"debug_parallel_query", "on", 160'000},
        OddSetting{"force_parallel_mode", "regress"}, OddSetting{"max_parallel_workers_per_gather", "8"},
        OddSetting{"parallel_setup_cost", "0"}, OddSetting{"jit", "on"}, OddSetting{"jit_above_cost", "0"},
        OddSetting{"vacuum_cost_delay", "100"}, OddSetting{"gin_fuzzy_search_limit", "1"},
        OddSetting{"session_replication_role", "origin"}, OddSetting{"synchronize_seqscans", "off"},
        OddSetting{"tcp_user_timeout", "10000"}, OddSetting{"commit_delay", "1000"},
        OddSetting{"log_statement", "''all''"}, OddSetting{"contrail.emptying", "on"}),
    [](const ::testing::TestParamInfo<OddSetting>& setting) {
        std::string name = setting.param.name;
        std::ranges::replace(name, '.', '_');
        return name + '_' + std::to_string(setting.index);
    });

}  // namespace contrail::test
