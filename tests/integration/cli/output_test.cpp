// Output that is lost is never success, and a log that is lost stops no work.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "integration/cli/run_program.hpp"
#include "servers/child_process.hpp"
#include "servers/descriptors.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A log of one record, which one consumer has consumed.
class Output : public ::testing::Test {
protected:
    Output() {
        pipeline.stage({"1"});
        pipeline.stream();
        pipeline.consume();
    }

    Pipeline pipeline;
};

TEST_F(Output, ThatAFullDiskRefusesFailsEveryCommand) {
    for (const std::string command :
         {"--help", "--version", "migrate --print", "consumer list", "status --interval 0",
          "status --watch --interval 0", "doctor", "tail", "tail --follow --json",
          "tail --format cloudevents", "reconcile --sql 'SELECT 1'", "dead-letters list", "trim --dry-run",
          "adopt"}) {
        const Ended ended = run_program("contrail " + command + " >/dev/full", pipeline.settings);
        EXPECT_NE(ended.status, ExitStatus::exited(0)) << command;
        EXPECT_THAT(ended.errors, HasSubstr("Cannot write to standard output: No space left on device."))
            << command;
    }
}

// Its errors go to a file as well, and are lost with it.
TEST_F(Output, BeyondTheLimitOfAFileIsAFailureAndNoSignal) {
    EXPECT_EQ(run_program("ulimit -f 0; exec contrail tail", pipeline.settings).status,
              ExitStatus::exited(1));
}

TEST_F(Output, ThatAClosedPipeRefusesIsNotToldAsAFullDisk) {
    servers::Pipe pipe = servers::make_pipe();
    pipe.read_end.close();
    servers::Pipe errors = servers::make_pipe();
    auto command = shell("exec contrail tail --follow", pipeline.settings);
    command.standard_output = pipe.write_end.get();
    command.standard_error = errors.write_end.get();
    EXPECT_EQ(servers::run(command), ExitStatus::exited(1));
    std::string text(1'000, '\0');
    text.resize(static_cast<std::size_t>(::read(errors.read_end.get(), text.data(), text.size())));
    EXPECT_EQ(text,
              "contrail: Cannot write to standard output: Broken pipe. Its reader has less than the whole "
              "output.\n");
}

TEST_F(Output, ThatIsClosedFailsACommandToo) {
    const Ended ended = run_program("contrail consumer list >&-", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(1));
    EXPECT_THAT(ended.errors, HasSubstr("Cannot write to standard output: Bad file descriptor."));
}

TEST_F(Output, OfAFailedCommandIsReportedBesideItsFailure) {
    const Ended ended = run_program("contrail reconcile --sql 'SELECT 1/0' >/dev/full", pipeline.settings);
    EXPECT_NE(ended.status, ExitStatus::exited(0));
    EXPECT_THAT(ended.errors, HasSubstr("division by zero"));
}

/// A streamer that has appended what is staged.
class StreamerWithoutALog : public Output {
protected:
    void run_until_streaming(const servers::Command& command) {
        streamer.emplace(command);
        pipeline.stage({"2"});
        wait_until("the streamer has appended a record", [&] { return pipeline.logged().size() == 2; });
    }

    std::optional<servers::ChildProcess> streamer;
};

TEST_F(StreamerWithoutALog, SurvivesTheEndOfWhoReadsIt) {
    servers::Pipe log = servers::make_pipe();
    log.read_end.close();
    auto command = shell("exec contrail stream", pipeline.settings, {{"CONTRAIL_LOG_LEVEL", "trace"}});
    command.standard_error = log.write_end.get();
    run_until_streaming(command);
    EXPECT_EQ(streamer->end(), ExitStatus::exited(0));
}

TEST_F(StreamerWithoutALog, HasNoServerInPlaceOfAStandardDescriptor) {
    run_until_streaming(shell("exec contrail stream <&- >&- 2>&-", pipeline.settings));
    for (const char* number : {"0", "1", "2"}) {
        const std::filesystem::path descriptor = "/proc/" + std::to_string(streamer->pid()) + "/fd/" + number;
        EXPECT_EQ(std::filesystem::read_symlink(descriptor), "/dev/null");
    }
    EXPECT_EQ(streamer->end(), ExitStatus::exited(0));
}

TEST_F(StreamerWithoutALog, LeavesTimesToTheJournal) {
    // What systemd sets where standard error goes to the journal: the numbers of the file.
    const std::string in_the_journal = "exec env JOURNAL_STREAM=$(stat -Lc %d:%i /dev/stderr) contrail ";
    const servers::TemporaryDirectory folder;
    const auto log = servers::open_for_append(folder.path() / "log");
    auto command = shell(in_the_journal + "stream", pipeline.settings);
    command.standard_error = log.get();
    run_until_streaming(command);
    EXPECT_EQ(streamer->end(), ExitStatus::exited(0));
    std::ifstream lines(folder.path() / "log");
    for (std::string line; std::getline(lines, line);) EXPECT_THAT(line, ContainsRegex("^<[46]>[a-z]+: "));

    const Ended failure =
        run_program(in_the_journal + "migrate --database-url postgresql://localhost:1", pipeline.settings);
    EXPECT_THAT(failure.errors, StartsWith("<3>contrail: "));
}

}  // namespace contrail::test
