// docs/upgrading.md, on real servers. No release came before this one. So the newer schema that an older program finds
// is one of a version after this program's, and an older schema lacks the last migrations.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "integration/cli/run_program.hpp"
#include "postgres/migrations.hpp"
#include "postgres/schema.hpp"
#include "servers/child_process.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

namespace {

const int newest_version = postgres::migrations().back().version;

/// Stages records 1, 2, 3 …, a transaction each, for as long as it lives.
class Producer {
public:
    explicit Producer(std::string url) : thread_([this, url = std::move(url)] { stage_all(url); }) {}
    ~Producer() { ends_ = true; }
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    /// Ends it, and returns how many records it has staged.
    int end() {
        ends_ = true;
        thread_.join();
        return staged_;
    }

    /// Returns once it has staged more, and how many those are by then.
    int wait_for_more() const {
        const int before = staged_;
        wait_until("the producer has staged more", [&] { return staged_ > before + 1; });
        return staged_;
    }

private:
    void stage_all(const std::string& url) {
        AdminPostgres service(url);
        for (; !ends_; ++staged_)
            service.run("SELECT contrail.stage('create', 'ride', '" + std::to_string(staged_ + 1) + "')");
    }

    std::atomic<bool> ends_ = false;
    std::atomic<int> staged_ = 0;
    std::jthread thread_;
};

/// A streamer and a consumer, as processes.
struct Programs {
    explicit Programs(const Settings& settings)
        : streamer(shell("exec contrail stream", settings)),
          consumer(shell("exec contrail consume rides --function app.apply", settings)) {}

    servers::ChildProcess streamer;
    servers::ChildProcess consumer;
};

Settings of_an_older_schema() {
    Settings settings = fresh_settings();
    settings.database_url = fresh_database();
    AdminPostgres database(settings.database_url);
    for (const auto& migration : postgres::migrations()) {
        if (migration.name == "consumers") break;
        database.run(postgres::in_schema(migration.text, "contrail") +
                     "; INSERT INTO contrail.schema_version VALUES (" + std::to_string(migration.version) +
                     ", '" + std::string(migration.name) + "')");
    }
    return settings;
}

/// What a next release may do to a schema: it only adds.
void migrate_to_the_next_version(AdminPostgres& database) {
    for (const std::string table :
         {"staged_log_records", "batches", "consumers", "checkpoints", "dead_letters", "consumer_instances"})
        database.run("ALTER TABLE contrail." + table + " ADD COLUMN note text DEFAULT 'none'");
    database.run("CREATE TABLE contrail.notes (note text); INSERT INTO contrail.schema_version VALUES (" +
                 std::to_string(newest_version + 1) + ", 'notes')");
}

class Upgrade : public ::testing::Test {
protected:
    static void make_function(Pipeline& pipeline) {
        pipeline.database.run(
            "CREATE SCHEMA app; CREATE TABLE app.rides (no serial, ride int);"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE sql AS $$"
            "  INSERT INTO app.rides (ride) SELECT (r->>'data')::int FROM jsonb_array_elements(records) r $$");
    }

    static void wait_for_rides(Pipeline& pipeline, int count) {
        wait_until("the consumer has applied " + std::to_string(count) + " rides", [&] {
            return std::stoi(pipeline.database.value("SELECT count(*) FROM app.rides")) >= count;
        });
    }

    /// Waits until the rides from 1 to `count` are applied; fails unless each is once and in order.
    static void expect_rides(Pipeline& pipeline, int count) {
        wait_for_rides(pipeline, count);
        EXPECT_EQ(pipeline.database.value("SELECT string_agg(ride::text, ' ' ORDER BY no) FROM app.rides"),
                  pipeline.database.value("SELECT string_agg(ride::text, ' ' ORDER BY ride) "
                                          "FROM generate_series(1, " +
                                          std::to_string(count) + ") AS ride"));
    }
};

}  // namespace

TEST_F(Upgrade, ProgramsGoOnWhileTheSchemaBecomesNewer) {
    Pipeline pipeline;
    make_function(pipeline);
    std::optional<Programs> programs(pipeline.settings);
    Producer producer(pipeline.settings.database_url);
    wait_for_rides(pipeline, producer.wait_for_more());
    migrate_to_the_next_version(pipeline.database);
    wait_for_rides(pipeline, producer.wait_for_more());
    // And so do those that start on the newer schema.
    programs.reset();
    programs.emplace(pipeline.settings);
    producer.wait_for_more();
    expect_rides(pipeline, producer.end());
}

TEST_F(Upgrade, ProducersGoOnWhileAnOlderSchemaIsMigrated) {
    Pipeline pipeline(of_an_older_schema());
    make_function(pipeline);
    Producer producer(pipeline.settings.database_url);
    producer.wait_for_more();
    const Ended migrated = run_program("contrail migrate", pipeline.settings);
    EXPECT_EQ(migrated.status, ExitStatus::exited(0)) << migrated.errors;
    producer.wait_for_more();
    const Programs programs(pipeline.settings);
    expect_rides(pipeline, producer.end());
}

TEST_F(Upgrade, ANewerProgramRefusesAnOlderSchemaAndNamesTheCommand) {
    const Settings settings = of_an_older_schema();
    for (const std::string command : {"stream", "consume rides --function app.apply"}) {
        const Ended ended = run_program("contrail " + command, settings);
        EXPECT_EQ(ended.status, ExitStatus::exited(78)) << command;
        EXPECT_THAT(ended.errors, HasSubstr("Run `contrail migrate` there")) << command;
    }
}

TEST_F(Upgrade, AnOlderMigrateLeavesANewerSchemaAlone) {
    Pipeline pipeline;
    migrate_to_the_next_version(pipeline.database);
    const Ended ended = run_program("contrail migrate", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(78));
    EXPECT_THAT(ended.errors, HasSubstr("Nothing was changed. Use the newer contrail that migrated it."));
}

}  // namespace contrail::test
