// `contrail consume --exec`: a program that reads batches from its standard input and answers them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "integration/cli/run_program.hpp"
#include "integration/consume/log_of_rides.hpp"
#include "integration/consume/running_consumer.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

/// A program in sh that writes what it is given to a file, and what a test makes of it.
class Exec : public LogOfRides {
protected:
    Exec() : LogOfRides("mailer") {}

    /// The program: `on_record` runs for a line "$line" with a record, `on_end` for the empty line.
    [[nodiscard]] std::string program(const std::string& on_record, const std::string& on_end,
                                      const std::string& before = "") const {
        const std::filesystem::path file = folder.path() / "program";
        std::ofstream(file) << "cd " << folder.path().native() << "\n"
                            << before << "\nwhile IFS= read -r line; do\n  if [ -n \"$line\" ]; then\n    "
                            << on_record << "\n  else\n    " << on_end << "\n  fi\ndone\n";
        return "mailer --handler-timeout 2 --exec 'sh " + file.native() + "'";
    }

    [[nodiscard]] static std::string keep() { return "echo \"$line\" >>kept"; }

    [[nodiscard]] bool has(const std::string& name) const {
        return std::filesystem::exists(folder.path() / name);
    }
    void make(const std::string& name) const { std::ofstream(folder.path() / name) << "here"; }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ifstream stream(folder.path() / name);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// The offsets that the program has kept, in their order.
    [[nodiscard]] std::vector<int> kept() const {
        std::vector<int> offsets;
        std::ifstream lines(folder.path() / "kept");
        for (std::string line; std::getline(lines, line);)
            offsets.push_back(nlohmann::json::parse(line)["offset"].get<int>());
        return offsets;
    }

    [[nodiscard]] std::size_t kept_once() const {
        const auto offsets = kept();
        return std::set<int>(offsets.begin(), offsets.end()).size();
    }

    /// A process of this number runs, or has ended and waits for its parent.
    [[nodiscard]] static bool exists(const std::string& pid) {
        return std::filesystem::exists("/proc/" + pid);
    }

    const servers::TemporaryDirectory folder;
};

TEST_F(Exec, GivesRecordsAsLinesOfJson) {
    log_holds(3);
    const RunningConsumer consumer(program(keep(), "echo ok"), pipeline.settings);
    wait_for_checkpoint(3);
    EXPECT_EQ(kept(), (std::vector<int>{1, 2, 3}));
    const auto first = nlohmann::json::parse(content("kept").substr(0, content("kept").find('\n')));
    EXPECT_EQ(first["id"], pipeline.logged().front().id.to_string());
    EXPECT_EQ(first["object"], "ride");
    EXPECT_EQ(first["data"]["id"], 1);
}

TEST_F(Exec, GivesEachRecordAtLeastOnceThroughKills) {
    RunningConsumer consumer(program(keep(), "echo ok") + " --batch-records-max 10", pipeline.settings);
    for (int round = 0; round < 8; ++round) {
        log_holds(30);
        consumer.restart_after_kill();
    }
    wait_for_checkpoint(240);
    EXPECT_EQ(kept_once(), 240U);
}

TEST_F(Exec, ParksTheRecordThatTheProgramRefusesAndRetriesIt) {
    log_holds(10);
    const std::string refuses_7 =
        "case $line in *'\"offset\":7,'*) [ -e fixed ] || bad=$(echo \"$line\" | cut -d'\"' -f4);; esac; " +
        keep();
    const RunningConsumer consumer(
        program(refuses_7, "if [ -n \"$bad\" ]; then echo \"refuse $bad no seats\"; bad=; else echo ok; fi") +
            " --on-refusal park --handler-attempts-max 1",
        pipeline.settings);
    wait_for_checkpoint(10);
    EXPECT_THAT(pipeline.database.value("SELECT error FROM contrail.dead_letters"),
                HasSubstr("-7: no seats."));
    make("fixed");
    EXPECT_EQ(run_program("contrail dead-letters retry mailer --all", pipeline.settings).status,
              ExitStatus::exited(0));
    wait_until("no record is parked",
               [&] { return pipeline.database.value("SELECT count(*) FROM contrail.dead_letters") == "0"; });
    EXPECT_EQ(kept_once(), 10U);
}

struct Fault {
    const char* on_record;
    const char* on_end;
    const char* said;
};

// Each is how a program behaves until a file `fixed` exists. No record is parked for it.
TEST_F(Exec, StartsAProgramAgainThatFails) {
    const Fault faults[] = {
        {"", "exit 3", "exited with status 3 before it answered"},
        {"kill -9 $$", "", "killed by signal 9 (Killed) before it answered"},
        {"", "sleep 100", "did not answer in time"},
        {"sleep 100", "", "did not answer in time"},
        {"", "echo fine", "answered 'fine'"},
        {"", "echo refuse 1-1 not mine", "answered 'refuse 1-1 not mine'"},
        {"", "head -c 200000 /dev/zero | tr '\\0' x; echo", "answered 'xxx"},
        {"", "exec >&-; sleep 100", "closed its standard input or output before it answered"},
        {"", "exec <&-; exec >&-; sleep 100", "closed its standard input or output before it answered"},
        {"", "printf ok; sleep 100", "did not answer in time"},
        {"", "tr '\\0' x </dev/zero", "answered 'xxx"},
        {"", "printf '\\001\\377\\n'", "answered ' "},
        {"", "echo ok thanks", "answered 'ok thanks'"},
        {"", "echo refuse", "answered 'refuse'"},
        {"", "echo refuse all of them", "answered 'refuse all of them'"},
        {"", "echo", "answered ''"},
    };
    for (const Fault& fault : faults) {
        SCOPED_TRACE(std::string(fault.on_record) + " / " + fault.on_end);
        std::filesystem::remove(folder.path() / "fixed");
        log_holds(3);
        const auto unless_fixed = [](const std::string& action) {
            return action.empty() ? ":" : "[ -e fixed ] || { " + action + "; }";
        };
        const RunningConsumer consumer(
            program(unless_fixed(fault.on_record), unless_fixed(fault.on_end) + "; [ -e fixed ] && echo ok") +
                " --on-refusal park --handler-attempts-max 1",
            pipeline.settings);
        consumer.wait_for_log(fault.said);
        make("fixed");
        wait_for_checkpoint(last);
        EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM contrail.dead_letters"), "0");
    }
}

TEST_F(Exec, TakesNoAnswerThatComesTooEarly) {
    pipeline.stage(std::vector<std::string>(3'000, R"({"text": ")" + std::string(100, 'x') + "\"}"));
    pipeline.stream();
    const RunningConsumer consumer(program("[ -e fixed ] || echo ok", "[ -e fixed ] && echo ok"),
                                   pipeline.settings);
    consumer.wait_for_log("wrote 'ok' before it had read the whole batch");
    make("fixed");
    wait_for_checkpoint(3'000);
}

TEST_F(Exec, TakesNoLeftOverLineForTheNextAnswer) {
    log_holds(1);
    const RunningConsumer consumer(program(keep(), "[ -e fixed ] && echo ok || printf 'ok\\nok\\n'"),
                                   pipeline.settings);
    wait_for_checkpoint(1);
    log_holds(1);
    consumer.wait_for_log("wrote 'ok' while no batch waited for an answer");
    make("fixed");
    wait_for_checkpoint(2);
}

// Both pipes are full at some point: neither side may wait for the other for ever.
TEST_F(Exec, TakesALongAnswerWhileItWritesALongBatch) {
    pipeline.stage(std::vector<std::string>(3'000, R"({"text": ")" + std::string(100, 'x') + "\"}"));
    pipeline.stream();
    const RunningConsumer consumer(program("echo \"$line\" >&2", "echo ok"), pipeline.settings);
    wait_for_checkpoint(3'000);
    consumer.wait_for_log("\"offset\":3000,");
}

TEST_F(Exec, PutsStandardErrorIntoTheLogEvenWhileNothingIsToBeDone) {
    const RunningConsumer consumer(program(keep(), "echo ok", "echo 'I am ready' >&2"), pipeline.settings);
    consumer.wait_for_log(": I am ready");
}

TEST_F(Exec, StartsAProgramAgainThatEndedBetweenTwoBatches) {
    log_holds(1);
    const RunningConsumer consumer(program(keep(), "echo ok; exit 0"), pipeline.settings);
    wait_for_checkpoint(1);
    log_holds(1);
    wait_for_checkpoint(2);
    EXPECT_EQ(kept(), (std::vector<int>{1, 2}));
}

TEST_F(Exec, ClosesStandardInputWhenItStops) {
    RunningConsumer consumer(program(keep(), "echo ok", "echo $$ >pid; trap 'echo term >how' TERM"),
                             pipeline.settings);
    wait_until("the program runs", [&] { return has("pid"); });
    EXPECT_EQ(consumer.process().end(), ExitStatus::exited(0));
    EXPECT_FALSE(has("how")) << "it ended by itself";
}

/// A program with a child that reads nothing, and takes no notice of SIGTERM.
class ExecWithAChild : public Exec {
protected:
    void wait_until_both_run() const {
        wait_until("both run", [&] { return !content("pid").empty() && !content("child").empty(); });
    }

    void wait_until_both_have_gone() const {
        for (const char* const name : {"pid", "child"}) {
            const std::string number = content(name).substr(0, content(name).find('\n'));
            wait_until(std::string(name) + " has gone", [&] { return !exists(number); });
        }
    }

    RunningConsumer consumer{
        program(keep(), "echo ok", "sh -c 'trap \"\" TERM; echo $$ >child; sleep 1000' & echo $$ >pid"),
        pipeline.settings};
};

TEST_F(ExecWithAChild, LeavesNoProcessBehind) {
    wait_until_both_run();
    EXPECT_EQ(consumer.process().end(std::chrono::seconds(30)), ExitStatus::exited(0));
    wait_until_both_have_gone();
}

TEST_F(ExecWithAChild, LeavesNoProcessBehindIfTheConsumerIsKilled) {
    wait_until_both_run();
    consumer.process().signal(SIGKILL);
    consumer.process().wait();
    wait_until_both_have_gone();
}

TEST_F(Exec, EndsTheProgramWhenItIsKilledItself) {
    RunningConsumer consumer(program(keep(), "echo ok", "echo $$ >pid; exec sleep 1000"), pipeline.settings);
    wait_until("the program runs", [&] { return !content("pid").empty(); });
    const std::string pid = content("pid").substr(0, content("pid").find('\n'));
    consumer.process().signal(SIGKILL);
    consumer.process().wait();
    wait_until("the program has gone", [&] { return !exists(pid); });
}

TEST_F(Exec, EndsAtItsStartIfThereIsNoSuchProgram) {
    const Ended ended = run_program("contrail consume mailer --exec no-such-program", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(78));
    EXPECT_THAT(ended.errors,
                HasSubstr("Cannot start no-such-program: running it failed: No such file or directory. "
                          "Give the path of a program, or a name that is in PATH."));
}

TEST_F(Exec, NeedsACommandLineWithoutOpenQuotes) {
    const Ended ended = run_program("contrail consume mailer --exec \"sh 'x\"", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(2));
    EXPECT_THAT(ended.errors, HasSubstr("a quotation mark is open"));
}

TEST_F(Exec, PassesOverNoRecordsForAnEmptyFilter) {
    const Ended ended = run_program("contrail consume mailer --object '' --exec cat", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(2));
    EXPECT_THAT(ended.errors, HasSubstr("A name is empty. Leave the flag out to handle all records"));
}

TEST_F(Exec, IsNotCombinedWithAFunction) {
    const Ended ended =
        run_program("contrail consume mailer --exec x --function app.apply", pipeline.settings);
    EXPECT_EQ(ended.status, ExitStatus::exited(2));
    EXPECT_THAT(ended.errors, HasSubstr("Cannot consume without exactly one handler."));
}

}  // namespace contrail::test
