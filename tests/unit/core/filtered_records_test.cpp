// A consumer with a filter: its handler sees the chosen records, and its checkpoint moves past all.
#include <gmock/gmock.h>

#include "core/forwarding_log_reader.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilteredRecords : public ConsumerTest {
protected:
    static ConsumerOptions rides_only() {
        return {.batch = {.records_max = 4},
                .filter = {.objects = {"ride"}},
                .on_refusal = OnRefusal::park,
                .handler_attempts_max = 1};
    }

    void log_holds_objects(const std::vector<std::string>& objects) {
        for (const std::string& object : objects) {
            const RecordId next = id(++last);
            server.append_foreign({next, "create", object, std::to_string(last)});
        }
    }

    void drain(Consumer& consumer) {
        while (consumer.run_once() > 0) continue;
    }

    [[nodiscard]] std::size_t commits() const { return events.count<consumer_event::Committed>(); }

    std::uint64_t last = 0;
};

TEST_F(FilteredRecords, AreNotGivenToTheHandler) {
    log_holds_objects({"ride", "driver", "ride", "driver", "seat", "ride"});
    auto rides = consumer(rides_only());
    drain(rides);
    EXPECT_EQ(total(), 1 + 3 + 6);
    EXPECT_EQ(checkpoint(), id(6));
    EXPECT_THAT(events.each(&consumer_event::Committed::left_out), ElementsAre(2, 1));
}

TEST_F(FilteredRecords, AreChosenByObjectAndByAction) {
    const RecordFilter filter{.objects = {"ride", "seat"}, .actions = {"create", "update"}};
    const auto chooses = [&](const std::string& action, const std::string& object) {
        return filter.chooses({id(1), action, object, "{}"});
    };
    EXPECT_TRUE(chooses("create", "ride"));
    EXPECT_TRUE(chooses("update", "seat"));
    EXPECT_FALSE(chooses("delete", "ride"));
    EXPECT_FALSE(chooses("create", "driver"));
    EXPECT_TRUE(RecordFilter{}.chooses({id(1), "", "", ""}));
}

TEST_F(FilteredRecords, CostNoTransactionUntilAChosenOneFollows) {
    auto rides = consumer(rides_only());
    rides.run_once();
    log_holds_objects({"driver", "driver", "driver", "driver", "driver"});
    drain(rides);
    EXPECT_EQ(checkpoint(), RecordId{});

    log_holds_objects({"ride"});
    drain(rides);
    EXPECT_EQ(checkpoint(), id(6));
    EXPECT_EQ(commits(), 1U);
    EXPECT_THAT(events.each(&consumer_event::Committed::first), ElementsAre(id(1)));
    EXPECT_THAT(events.each(&consumer_event::Committed::left_out), ElementsAre(5));
}

// The log keeps what follows the checkpoint, so a consumer that chooses nothing must move, too.
TEST_F(FilteredRecords, AreCommittedAfterAWhileIfNoChosenOneFollows) {
    auto rides = consumer(rides_only());
    rides.run_once();
    log_holds_objects({"driver", "driver"});
    drain(rides);
    EXPECT_EQ(checkpoint(), RecordId{});

    clock.advance(ConsumerOptions{}.left_out_wait_max);
    EXPECT_EQ(rides.run_once(), 0U);
    EXPECT_EQ(checkpoint(), id(2));
    rides.run_once();
    EXPECT_EQ(log.reports().positions.at(name), id(2)) << "and reported";
}

// A consumer that waits for a second would commit them that much later.
TEST_F(FilteredRecords, ShortenTheWaitForMore) {
    struct TimedReader : ForwardingLogReader {
        using ForwardingLogReader::ForwardingLogReader;
        void read_begin(RecordId after, const ChunkLimits& limits,
                        std::chrono::milliseconds wait_max) override {
            wait = wait_max;
            ForwardingLogReader::read_begin(after, limits, wait_max);
        }
        std::chrono::milliseconds wait{};
    } reader(log);
    Consumer rides(name, reader, checkpoints, add_up, rides_only(), clock, events.listener());
    rides.run_once();
    EXPECT_EQ(reader.wait, ConsumerOptions{}.read_wait_max);
    log_holds_objects({"driver"});
    rides.run_once();
    clock.advance(Clock::Duration(300));
    rides.run_once();
    EXPECT_EQ(reader.wait, ConsumerOptions{}.left_out_wait_max - Clock::Duration(300));
}

TEST_F(FilteredRecords, AreCommittedAfterAWhileInABusyLogToo) {
    auto rides = consumer(rides_only());
    rides.run_once();
    for (int second = 0; second < 3; ++second) {
        log_holds_objects({"driver", "driver"});
        EXPECT_EQ(rides.run_once(), 2U);
        clock.advance(ConsumerOptions{}.left_out_wait_max);
    }
    EXPECT_EQ(checkpoint(), id(4));
    EXPECT_EQ(commits(), 1U);
}

TEST_F(FilteredRecords, AreReadAgainAfterARestartAndChangeNothing) {
    log_holds_objects({"ride", "driver", "driver"});
    {
        auto rides = consumer(rides_only());
        rides.run_once();
        log_holds_objects({"driver"});
        rides.run_once();
    }
    auto rides = consumer(rides_only());
    log_holds_objects({"ride"});
    drain(rides);
    EXPECT_EQ(total(), 1 + 5);
    EXPECT_EQ(checkpoint(), id(5));
}

TEST_F(FilteredRecords, DoNotHideAGap) {
    auto rides = consumer(rides_only());
    rides.run_once();
    log_holds_objects({"driver", "driver"});
    drain(rides);
    ++last;  // a record that the log does not hold
    log_holds_objects({"driver"});
    EXPECT_THROW(drain(rides), Error);
}

TEST_F(FilteredRecords, MayStandBesideOneThatIsRejected) {
    log_holds_objects({"driver", "ride", "driver", "ride"});
    server.append_foreign({id(++last), "create", "ride", "poison"});
    log_holds_objects({"driver", "ride"});
    auto rides = consumer(rides_only());
    std::stop_source stop;
    const Handler stops_at_the_end = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        if (records.back().id == id(last)) stop.request_stop();
    };
    Consumer(name, log, checkpoints, stops_at_the_end, rides_only(), clock, events.listener())
        .run(stop.get_token());
    EXPECT_EQ(total(), 2 + 4 + 7);
    ASSERT_EQ(parked().size(), 1U);
    EXPECT_EQ(parked().begin()->first, id(5));
    EXPECT_EQ(checkpoint(), id(7));
}

// It was rejected while the filter chose it, so an operator means it.
TEST_F(FilteredRecords, AreAppliedIfTheyWereParkedAndMarked) {
    server.append_foreign({id(++last), "create", "ride", "poison"});
    auto rides = consumer(rides_only());
    ASSERT_EQ(rides.run_once(), 1U);
    ASSERT_EQ(parked().size(), 1U);
    database.mark(key, id(1));

    ConsumerOptions drivers_only = rides_only();
    drivers_only.filter.objects = {"driver"};
    std::vector<RecordId> seen;
    const Handler note = [&](Transaction&, std::span<const Record> records) {
        for (const Record& record : records) seen.push_back(record.id);
    };
    Consumer drivers(name, log, checkpoints, note, drivers_only, clock);
    clock.advance(ConsumerOptions{}.marked_check_every);
    EXPECT_EQ(drivers.run_once(), 1U);
    EXPECT_THAT(seen, ElementsAre(id(1)));
    EXPECT_THAT(parked(), IsEmpty());
}

}  // namespace contrail
