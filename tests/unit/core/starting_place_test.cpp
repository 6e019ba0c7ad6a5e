// Where a consumer begins that has no checkpoint yet.
#include "contrail/starting_place.hpp"

#include <gmock/gmock.h>

#include "core/starting_checkpoint.hpp"
#include "testing/faults.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using ::testing::AllOf;
using testing::Crash;
using testing::Fault;
using ::testing::HasSubstr;

TEST(StartingPlaceText, IsReadAndWritten) {
    EXPECT_EQ(parse_starting_place("earliest"), StartingPlace(start::Earliest{}));
    EXPECT_EQ(parse_starting_place("latest"), StartingPlace(start::Latest{}));
    EXPECT_EQ(parse_starting_place("1700000000000-7"),
              StartingPlace(start::After{{1'700'000'000'000, Offset{7}}}));
    EXPECT_EQ(parse_starting_place("2023-11-14T22:13:20.5Z"), StartingPlace(start::Since{1'700'000'000'500}));
    for (const auto* const text :
         {"earliest", "latest", "1700000000000-7", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.007Z"}) {
        EXPECT_EQ(to_string(parse_starting_place(text).value()), text);
    }
    for (const auto* const text : {"", "Latest", "7", "1700000000000", "-7", "yesterday", "2023-11-14"})
        EXPECT_EQ(parse_starting_place(text), std::nullopt) << text;
}

/// A log of three batches, sealed at 1000, 2000 and 2007 ms: offsets 1 and 2, 3 to 5, 6 and 7.
class StartingCheckpoint : public ConsumerTest {
protected:
    StartingCheckpoint() {
        for (const RecordId each : ids) server.append_foreign({each, "create", "ride", "1"});
    }

    static constexpr RecordId ids[] = {{1'000, {1}}, {1'000, {2}}, {2'000, {3}}, {2'000, {4}},
                                       {2'000, {5}}, {2'007, {6}}, {2'007, {7}}};
    static RecordId id(std::uint64_t offset) { return ids[offset - 1]; }

    RecordId checkpoint_for(const StartingPlace& place) {
        return starting_checkpoint(name, place, log, clock);
    }

    /// Why the consumer waits before it can start at a place.
    std::string wait_of(const StartingPlace& place) {
        try {
            return "it started after " + checkpoint_for(place).to_string();
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::call);
            return error.what();
        }
    }

    std::string refusal_of(const StartingPlace& place) {
        try {
            return "it started after " + checkpoint_for(place).to_string();
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            return error.what();
        }
    }
};

TEST_F(StartingCheckpoint, OfEarliestIsBeforeTheFirstRecord) {
    EXPECT_EQ(checkpoint_for(start::Earliest{}), RecordId{});
}

TEST_F(StartingCheckpoint, OfEarliestIsRefusedIfTheBeginningIsGone) {
    server.trim(id(4));
    EXPECT_THAT(refusal_of(start::Earliest{}),
                AllOf(HasSubstr("Cannot start consumer 'distance' from earliest"),
                      HasSubstr("beginning of the log is gone, up to the record before 2000-4"),
                      HasSubstr("Choose 2000-3 to begin with that record, or latest")));
    EXPECT_EQ(checkpoint_for(start::After{id(3)}), id(3)) << "as the message says";
    server.trim({9'000, {}});
    EXPECT_THAT(refusal_of(start::Earliest{}), HasSubstr("beginning of the log is gone, up to 2007-7"));
}

TEST_F(StartingCheckpoint, OfLatestIsTheLogsHead) {
    EXPECT_EQ(checkpoint_for(start::Latest{}), id(7));
    server.trim({9'000, {}});
    EXPECT_EQ(checkpoint_for(start::Latest{}), id(7)) << "though no record is left";
}

// FLUSHALL, and the streamer is away: "latest" is not 0-0.
TEST_F(StartingCheckpoint, OfAnEmptiedLogIsNotBelieved) {
    server.lose_everything();
    const StartingPlace places[] = {start::Latest{}, start::Since{1'000}, start::After{id(7)}};
    for (const StartingPlace& place : places)
        EXPECT_THAT(wait_of(place),
                    AllOf(HasSubstr("Cannot start consumer 'distance' from " + to_string(place) + " yet"),
                          HasSubstr("no streamer has found its place"), HasSubstr("waits for a streamer")));
}

TEST_F(StartingCheckpoint, OfALogThatIsFilledAgainWaitsUntilItIsWhole) {
    server.lose_everything();
    server.sealed = id(7);
    server.sealed_in_run = server.run;
    for (const RecordId each : ids) {
        EXPECT_THAT(wait_of(start::Latest{}), HasSubstr("has sealed records up to 2007-7"));
        EXPECT_THAT(wait_of(start::Since{1'000}), HasSubstr("the streamer fills it again"));
        server.append_foreign({each, "create", "ride", "1"});
    }
    EXPECT_EQ(checkpoint_for(start::Latest{}), id(7));
    EXPECT_EQ(checkpoint_for(start::Since{2'000}), id(2));
}

TEST_F(StartingCheckpoint, AfterARecordThatALogHasBackNeedsNotTheOthers) {
    server.lose_everything();
    server.sealed = id(7);
    server.sealed_in_run = server.run;
    for (std::size_t i = 0; i < 3; ++i) server.append_foreign({ids[i], "create", "ride", "1"});
    EXPECT_EQ(checkpoint_for(start::After{id(2)}), id(2));
    EXPECT_THAT(wait_of(start::After{id(5)}), HasSubstr("It ends with 2000-3"));
}

TEST_F(StartingCheckpoint, IsChosenOnceTheLogIsWhole) {
    Consumer late = consumer({.start = start::Latest{}});
    server.lose_everything();
    EXPECT_THROW(late.run_once(), Error);
    EXPECT_EQ(checkpoint(), std::nullopt);
    EXPECT_TRUE(server.positions.empty());

    server.sealed = id(7);
    server.sealed_in_run = server.run;
    for (const RecordId each : ids) server.append_foreign({each, "create", "ride", "1"});
    EXPECT_EQ(late.run_once(), 0U);
    EXPECT_EQ(checkpoint(), id(7));
}

TEST_F(StartingCheckpoint, OfAnEmptyLogIsItsBeginning) {
    server = {};
    EXPECT_EQ(checkpoint_for(start::Earliest{}), RecordId{});
    EXPECT_EQ(checkpoint_for(start::Latest{}), RecordId{});
    EXPECT_EQ(checkpoint_for(start::Since{1'000}), RecordId{});
    EXPECT_THAT(refusal_of(start::After{id(1)}), HasSubstr("the log ends with 0-0"));
}

TEST_F(StartingCheckpoint, AfterARecordIsThatRecord) {
    for (const RecordId each : ids) EXPECT_EQ(checkpoint_for(start::After{each}), each);
    EXPECT_EQ(checkpoint_for(start::After{}), RecordId{});
}

TEST_F(StartingCheckpoint, AfterARecordThatIsGoneNeedsTheNextOne) {
    server.trim(id(4));
    EXPECT_EQ(checkpoint_for(start::After{id(3)}), id(3));
    EXPECT_THAT(refusal_of(start::After{id(2)}), HasSubstr("does not hold it, and continues with 2000-4"));
}

TEST_F(StartingCheckpoint, AfterARecordIsRefusedIfThereWasNoSuchRecord) {
    EXPECT_THAT(refusal_of(start::After{{1'500, {3}}}), HasSubstr("continues with 2000-3"));
    EXPECT_THAT(refusal_of(start::After{{2'000, {2}}}), HasSubstr("continues with 2000-3"));
    EXPECT_THAT(refusal_of(start::After{{2'007, {8}}}), HasSubstr("ends with 2007-7"));
    EXPECT_THAT(refusal_of(start::After{{2'000, {0}}}), HasSubstr("no record has offset 0"));
}

struct SinceCase {
    std::uint64_t unix_ms;
    RecordId checkpoint;
};

TEST_F(StartingCheckpoint, SinceATimeIsTheLastRecordSealedBefore) {
    const SinceCase cases[] = {
        {0, {}},        {999, {}},      {1'000, {}},    {1'001, id(2)}, {1'999, id(2)}, {2'000, id(2)},
        {2'001, id(5)}, {2'006, id(5)}, {2'007, id(5)}, {2'008, id(7)}, {9'000, id(7)},
    };
    for (const auto& [unix_ms, checkpoint] : cases)
        EXPECT_EQ(checkpoint_for(start::Since{unix_ms}), checkpoint) << unix_ms;
}

TEST_F(StartingCheckpoint, SinceATimeIsFoundInALogWhoseBeginningIsGone) {
    server.trim(id(2));
    EXPECT_EQ(checkpoint_for(start::Since{1'001}), id(2));
    server.trim(id(4));
    EXPECT_EQ(checkpoint_for(start::Since{2'001}), id(5));
    for (const std::uint64_t unix_ms : {500U, 1'500U, 2'000U}) {
        EXPECT_THAT(refusal_of(start::Since{unix_ms}),
                    HasSubstr("no longer holds a record sealed before 1970-01-01T00:00:02Z (2000-4)"));
    }
    server.trim({9'000, {}});
    EXPECT_EQ(checkpoint_for(start::Since{2'008}), id(7));
}

TEST_F(StartingCheckpoint, SinceATimeToComeIsRefused) {
    EXPECT_THAT(refusal_of(start::Since{clock.unix_ms() + 1}), HasSubstr("in the future"));
}

TEST_F(StartingCheckpoint, IsCommittedBeforeTheFirstRecordAndKept) {
    ASSERT_EQ(consumer({.start = start::Latest{}}).run_once(), 0U);
    EXPECT_EQ(ConsumerTest::checkpoint(), id(7));
    server.append_foreign({{3'000, {8}}, "create", "ride", "5"});

    auto restarted = consumer({.start = start::Latest{}});

    EXPECT_EQ(restarted.run_once(), 1U);
    EXPECT_EQ(total(), 5.0);
}

TEST_F(StartingCheckpoint, IsReportedSoThatTheLogKeepsWhatFollows) {
    auto latest = consumer({.start = start::Latest{}});
    latest.run_once();
    EXPECT_EQ(server.positions.at(name), id(7));
}

TEST_F(StartingCheckpoint, OfTheBeginningIsReportedToo) {
    server = {};
    auto waiting = consumer();
    waiting.run_once();
    EXPECT_EQ(server.positions.at(name), RecordId{});
}

// Between the search for the place and its registration, the log may be trimmed past it.
TEST_F(StartingCheckpoint, IsChosenAgainIfTheLogWasTrimmedBeforeItWasRegistered) {
    class TrimmedFirst : public testing::MemoryLog {
    public:
        explicit TrimmedFirst(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

        void register_consumer(const ConsumerName& consumer, RecordId position) override {
            server_.trim(id(4));
            MemoryLog::register_consumer(consumer, position);
        }

    private:
        testing::MemoryLogServer& server_;
    };
    TrimmedFirst trimmed(server);
    Consumer late(name, trimmed, checkpoints, add_up, {.start = start::Earliest{}}, clock, events.listener());
    try {
        late.run_once();
        FAIL() << "it began after records that are gone";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call) << error.what();
    }
    EXPECT_EQ(ConsumerTest::checkpoint(), std::nullopt);
}

TEST_F(StartingCheckpoint, OfTwoNewInstancesIsOne) {
    class RegisteringFirst : public testing::MemoryLog {
    public:
        RegisteringFirst(testing::MemoryLogServer& server, Checkpoints& checkpoints, const ConsumerName& name)
            : MemoryLog(server),
              checkpoints_(checkpoints),
              name_(name) {}
        LogUsage usage() override {
            const auto other = checkpoints_.begin(name_);
            if (!other->checkpoint() && other->advance(ids[2])) other->commit();
            return MemoryLog::usage();
        }

    private:
        Checkpoints& checkpoints_;
        const ConsumerName& name_;
    };
    RegisteringFirst slow_log(server, checkpoints, name);
    Consumer slow(name, slow_log, checkpoints, add_up, {.start = start::Latest{}}, clock, events.listener());

    EXPECT_EQ(slow.run_once(), 0U);
    EXPECT_EQ(events.count<consumer_event::Overtaken>(), 1U);
    EXPECT_EQ(slow.run_once(), 4U) << "it goes on after what the other has registered";
}

// Found by simulation: another instance was faster, and the log was trimmed to where that one was.
TEST_F(StartingCheckpoint, IsNotRefusedIfAnotherInstanceHasRegisteredAndTheBeginningWasDroppedSince) {
    class OutrunLog : public testing::MemoryLog {
    public:
        OutrunLog(testing::MemoryLogServer& server, Consumer& other)
            : MemoryLog(server),
              server_(server),
              other_(other) {}
        LogUsage usage() override {
            other_.run_once();
            server_.trim(ids[6]);
            return MemoryLog::usage();
        }

    private:
        testing::MemoryLogServer& server_;
        Consumer& other_;
    };
    Consumer quick = consumer();
    OutrunLog outrun_log(server, quick);
    Consumer slow(name, outrun_log, checkpoints, add_up, {}, clock, events.listener());

    EXPECT_EQ(slow.run_once(), 0U);

    EXPECT_EQ(events.count<consumer_event::Overtaken>(), 1U);
    EXPECT_EQ(checkpoint(), id(7));
}

// Found by simulation: the log was empty, and got its first record between two looks.
TEST_F(StartingCheckpoint, OfEarliestIsTheBeginningAlthoughTheFirstRecordArrivesMeanwhile) {
    server = {};
    struct ArrivesAtTheSecondCall : testing::FaultPlan {
        explicit ArrivesAtTheSecondCall(testing::MemoryLogServer& its_server) : server(its_server) {}
        Fault next(std::string_view call) override {
            if (call != "read_end" && ++calls == 2) server.append_foreign({ids[0], "create", "ride", "1"});
            return Fault::none;
        }
        testing::MemoryLogServer& server;
        int calls = 0;
    } plan(server);
    testing::FaultyLog busy_log(log, plan);
    EXPECT_EQ(starting_checkpoint(name, start::Earliest{}, busy_log, clock), RecordId{});
}

TEST_F(StartingCheckpoint, IsOfOneMomentWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        bool happened = true;
        for (std::size_t call = 0; happened; ++call) {
            database = {};
            testing::OneFault plan(call, fault);
            testing::FaultyCheckpoints faulty_checkpoints(checkpoints, plan);
            testing::FaultyLog faulty_log(log, plan);
            for (int runs = 0; runs < 3; ++runs) {
                try {
                    Consumer(name, faulty_log, faulty_checkpoints, add_up, {.start = start::Since{2'001}},
                             clock, events.listener())
                        .run_once();
                } catch (const Error& error) {
                    ASSERT_NE(error.retry(), Retry::never) << error.what();
                } catch (const Crash&) {
                    continue;
                }
            }
            EXPECT_EQ(total(), 2.0) << "offsets 6 and 7";
            happened = plan.happened();
        }
    }
}

}  // namespace contrail
