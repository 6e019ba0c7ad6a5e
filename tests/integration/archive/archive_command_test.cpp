// `contrail archive` on real servers: what it writes, and what it does when it is killed, copied, full or damaged.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "integration/archive/archive_fixture.hpp"

namespace contrail::test {

namespace fs = std::filesystem;
using servers::ExitStatus;
using ::testing::HasSubstr;

TEST_F(Archive, HoldsTheLinesThatTailPrints) {
    log_holds(300);
    const RunningArchive archive(flags(), pipeline.settings);
    wait_until_archived(300);
    log_holds(200);
    wait_until_archived(500);
    expect_whole();
    const Ended tailed = run("contrail tail --json --from earliest");
    const Ended read = run("zstdcat " + (folder() / "*.zst").native());
    EXPECT_EQ(std::ranges::count(read.output, '\n'), 500);
    EXPECT_EQ(read.output, tailed.output);
    const Ended listed = run("contrail archive list --json " + folder().native());
    EXPECT_THAT(listed.output, HasSubstr(R"("file":"00000000000000000001.jsonl.zst","first_id":")"));
    EXPECT_THAT(run("contrail archive list " + folder().native()).output,
                HasSubstr("00000000000000000001.jsonl.zst"));
}

TEST_F(Archive, LosesAndRepeatsNothingThroughKillsWhileTheLogIsTrimmedBehindIt) {
    RunningArchive archive(flags(), pipeline.settings);
    for (int round = 0; round < 6; ++round) {
        log_holds(200);
        if (round % 2 == 0) {
            wait_until("a file is being written", [&] {
                return std::ranges::any_of(fs::directory_iterator(folder()), [](const auto& entry) {
                    return entry.path().extension() == ".tmp";
                });
            });
        }
        archive.kill();
        trim();
        archive.start();
    }
    wait_until_archived(last);
    expect_whole();
    for (const auto& entry : fs::directory_iterator(folder())) EXPECT_NE(entry.path().extension(), ".tmp");
    EXPECT_EQ(std::ranges::count(run("zstdcat " + (folder() / "*.zst").native()).output, '\n'), last);
}

TEST_F(Archive, CompletesItsFileWhenItIsToldToStop) {
    log_holds(100);
    RunningArchive archive(flags(3'600), pipeline.settings);
    archive.wait_for_log("registered a new consumer");
    wait_until("a file is being written", [&] {
        return std::ranges::any_of(fs::directory_iterator(folder()),
                                   [](const auto& entry) { return entry.path().extension() == ".tmp"; });
    });
    archive.process().signal(SIGTERM);
    EXPECT_TRUE(end_of_process(archive).success()) << archive.log();
    EXPECT_EQ(archived(), 100U);
    const std::string position =
        pipeline.redis.run({"HGET", pipeline.settings.stream_name + ":positions", "archive"});
    EXPECT_EQ(position, pipeline.logged().back().id.to_string());
}

TEST_F(Archive, HasASecondInstanceThatTakesOver) {
    log_holds(10);
    RunningArchive first(flags(), pipeline.settings);
    wait_until_archived(10);
    RunningArchive second(flags(), pipeline.settings);
    second.wait_for_log("standing by");
    log_holds(10);
    wait_until_archived(20);
    first.kill();
    log_holds(10);
    wait_until_archived(30);
    expect_whole();
}

TEST_F(Archive, StopsAtAnOlderCopyOfItsFolder) {
    RunningArchive archive(flags(), pipeline.settings);
    log_holds(10);
    wait_until_archived(10);
    fs::copy(folder(), directory.path() / "copy", fs::copy_options::recursive);
    // Redis drops whole blocks of about a hundred.
    log_holds(1'000);
    wait_until_reported(1'010);
    archive.kill();
    trim();
    fs::rename(folder(), directory.path() / "newer");
    fs::rename(directory.path() / "copy", folder());
    archive.start();
    EXPECT_EQ(end_of_process(archive), ExitStatus::exited(78)) << archive.log();
    EXPECT_THAT(archive.log(), HasSubstr("the folder is an older copy"));
    EXPECT_EQ(archived(), 10U);
}

TEST_F(Archive, StopsWhereAFileIsMissing) {
    RunningArchive archive(flags(), pipeline.settings);
    for (int file = 0; file < 3; ++file) {
        log_holds(10);
        wait_until_archived(last);
    }
    archive.kill();
    fs::remove(folder() / "00000000000000000011.jsonl.zst");
    archive.start();
    EXPECT_EQ(end_of_process(archive), ExitStatus::exited(78)) << archive.log();
    EXPECT_THAT(archive.log(), HasSubstr("lacks offsets 11 to 20"));
    const Ended verified = run("contrail archive verify " + folder().native());
    EXPECT_EQ(verified.status, ExitStatus::exited(1));
    EXPECT_THAT(verified.output, HasSubstr("lacks offsets 11 to 20"));
}

TEST_F(Archive, WaitsWhileItsDiskIsFull) {
    log_holds(2'000);
    // Files of at most 512 bytes: too small for one.
    RunningArchive full(flags(), pipeline.settings, "trap '' XFSZ; ulimit -f 1; ");
    full.wait_for_log("File too large");
    EXPECT_EQ(archived(), 0U);
    full.kill();
    const RunningArchive archive(flags(), pipeline.settings);
    wait_until_archived(2'000);
    expect_whole();
}

TEST_F(Archive, RefusesTheFolderOfAnotherLog) {
    log_holds(10);
    RunningArchive archive(flags(), pipeline.settings);
    wait_until_archived(10);
    archive.kill();
    Pipeline other;
    other.stage({"{}"});
    other.stream();
    RunningArchive stranger(flags(), other.settings);
    EXPECT_EQ(end_of_process(stranger), ExitStatus::exited(78)) << stranger.log();
    EXPECT_THAT(stranger.log(), HasSubstr("holds the archive of log '" + pipeline.settings.stream_name));
}

TEST_F(Archive, IsRefusedASecondFolderUnderTheSameName) {
    log_holds(10);
    RunningArchive archive(flags(), pipeline.settings);
    wait_until_archived(10);
    RunningArchive second("--dir " + (directory.path() / "second").native(), pipeline.settings);
    EXPECT_EQ(end_of_process(second), ExitStatus::exited(78)) << second.log();
    EXPECT_THAT(second.log(), HasSubstr("the archive in " + folder().native()));
}

TEST_F(Archive, NeedsAFolder) {
    const Ended none = run("contrail archive");
    EXPECT_EQ(none.status, ExitStatus::exited(2));
    EXPECT_THAT(none.errors, HasSubstr("Give --dir DIR"));
    const Ended empty = run("contrail archive verify " + directory.path().native());
    EXPECT_EQ(empty.status, ExitStatus::exited(78));
    EXPECT_THAT(empty.errors, HasSubstr("holds no archive"));
}

}  // namespace contrail::test
