// What docs/archive.md promises of consumers that begin in an archive, with its commands.

#include <csignal>

#include "integration/archive/archive_fixture.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;
using ::testing::Not;

/// A log that has forgotten most of what its archive holds.
class ArchiveReplay : public Archive {
protected:
    ArchiveReplay() {
        RunningArchive archive(flags(), pipeline.settings);
        log_holds(1'000);
        wait_until_reported(1'000);
        archive.kill();
        trim();
        log_holds(20);
        pipeline.database.run(
            "CREATE TABLE noted (version int, id bigint, PRIMARY KEY (version, id));"
            "CREATE FUNCTION note(version int, records jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO noted "
            "SELECT version, (record->'data'->>'id')::bigint FROM jsonb_array_elements(records) AS record $$;"
            "CREATE FUNCTION note_1(records jsonb) RETURNS void LANGUAGE sql AS 'SELECT note(1, records)';"
            "CREATE FUNCTION note_2(records jsonb) RETURNS void LANGUAGE sql AS 'SELECT note(2, records)'");
    }

    [[nodiscard]] std::string dir() const { return "--archive " + folder().native(); }

    void wait_for_checkpoint(const std::string& name, int offset) {
        wait_until(name + " is at offset " + std::to_string(offset),
                   [&] { return pipeline.checkpoint(name).ends_with('-' + std::to_string(offset)); });
    }

    std::string noted(const std::string& version) {
        return pipeline.database.value(
            "SELECT count(*) || ' ' || min(id) || ' ' || max(id) FROM noted WHERE version = " + version);
    }
};

TEST_F(ArchiveReplay, ByTailPrintsWhatTheLogHasForgotten) {
    const Ended alone = run("contrail tail --json --from earliest");
    EXPECT_LT(std::ranges::count(alone.output, '\n'), 200);
    const Ended joined = run("contrail tail --json --from earliest " + dir());
    EXPECT_TRUE(joined.status.success()) << joined.errors;
    EXPECT_EQ(std::ranges::count(joined.output, '\n'), 1'020);
    EXPECT_TRUE(joined.output.ends_with(alone.output));
    EXPECT_EQ(run("contrail tail " + dir()).status, ExitStatus::exited(2)) << "without a place";
}

TEST_F(ArchiveReplay, ByAConsumerThatIsKilledAppliesEachRecordOnce) {
    const Ended forgotten = run("contrail consume noter --function public.note_1 --from earliest");
    EXPECT_EQ(forgotten.status, ExitStatus::exited(78)) << forgotten.errors;

    servers::Command command =
        shell("exec contrail consume noter --function public.note_1 --batch-records-max 50 --from earliest " +
                  dir(),
              pipeline.settings);
    for (const int records : {100, 200, 300, 400}) {
        servers::ChildProcess consumer(command);
        wait_until("it has applied " + std::to_string(records) + " records", [&] {
            return std::stoi(pipeline.database.value("SELECT count(*) FROM noted")) >= records;
        });
        consumer.signal(SIGKILL);
        consumer.wait();
    }
    const servers::ChildProcess consumer(command);
    wait_for_checkpoint("noter", 1'020);
    EXPECT_EQ(noted("1"), "1020 1 1020");
}

TEST_F(ArchiveReplay, OfANewVersionReplacesTheOldOneWithoutDowntime) {
    const servers::ChildProcess archive(shell("exec contrail archive " + flags(), pipeline.settings));
    servers::ChildProcess old_version(shell(
        "exec contrail consume notes --function public.note_1 --from earliest " + dir(), pipeline.settings));
    wait_for_checkpoint("notes", 1'020);
    const servers::ChildProcess new_version(shell(
        "exec contrail consume notes2 --function public.note_2 --from earliest " + dir(), pipeline.settings));
    log_holds(10);
    wait_for_checkpoint("notes", 1'030);
    wait_for_checkpoint("notes2", 1'030);
    EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM (SELECT id FROM noted WHERE version = 1 EXCEPT "
                                      "SELECT id FROM noted WHERE version = 2) AS difference"),
              "0");
    old_version.end();
    const Ended forgotten = run("contrail consumer forget notes --yes");
    EXPECT_TRUE(forgotten.status.success()) << forgotten.errors;
    log_holds(10);
    wait_for_checkpoint("notes2", 1'040);
    EXPECT_EQ(noted("2"), "1040 1 1040");
}

// Its position beside the log is the archive's end, and its checkpoint is in a database that status does not ask.
TEST_F(ArchiveReplay, IsShownWithWhatTheConsumerHasApplied) {
    Pipeline other;
    Settings apart = other.settings;
    apart.stream_name = pipeline.settings.stream_name;
    other.database.run(
        "CREATE FUNCTION wait(records jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
        "IF records->0->'data'->>'id' <> '1' THEN PERFORM pg_advisory_xact_lock(17); END IF; END $$;"
        "SELECT pg_advisory_lock(17)");
    const servers::ChildProcess consumer(shell(
        "exec contrail consume waiter --function public.wait --batch-records-max 1 --from earliest " + dir(),
        apart));
    const auto shown = [&](const std::string& part) {
        wait_until("status shows " + part, [&] {
            return run("contrail status --json --interval 0").output.find(part) != std::string::npos;
        });
    };
    shown(R"("last_offset":1,"lag_records":1019,)");
    shown(R"("reads_archive":true)");
    other.database.run("SELECT pg_advisory_unlock(17)");
    shown(R"("name":"waiter","last_id":")" + pipeline.logged().back().id.to_string());
    EXPECT_THAT(run("contrail status --json --interval 0").output, Not(HasSubstr(R"("reads_archive":true)")));
}

TEST_F(ArchiveReplay, IsRefusedToParallelWorkers) {
    for (const char* const flag : {" --workers 2", " --segments 2"}) {
        const Ended refused =
            run("contrail consume noter --function public.note_1 --from earliest " + dir() + flag);
        EXPECT_EQ(refused.status, ExitStatus::exited(78));
        EXPECT_THAT(refused.errors, HasSubstr("Cannot read an archive with parallel workers"));
    }
}

TEST_F(ArchiveReplay, StopsAtADamagedFileBeforeItsFirstRecord) {
    std::filesystem::resize_file(folder() / archive::file_name(Offset{1}), 600);
    const Ended damaged = run("contrail consume noter --function public.note_1 --from earliest " + dir());
    EXPECT_EQ(damaged.status, ExitStatus::exited(78));
    EXPECT_THAT(damaged.errors, HasSubstr(archive::file_name(Offset{1}) + " is damaged"));
    EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM noted"), "0");
    for (const char* const reader :
         {"contrail tail --from earliest ", "contrail rebuild ", "rocket_rides verify --at 1 "}) {
        const Ended refused = run(reader + dir());
        EXPECT_EQ(refused.status, ExitStatus::exited(78)) << reader;
        EXPECT_THAT(refused.errors, HasSubstr(archive::file_name(Offset{1}) + " is damaged")) << reader;
    }
}

}  // namespace contrail::test
