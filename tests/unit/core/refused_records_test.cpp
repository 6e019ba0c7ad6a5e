// What becomes of a record that the handler refuses: here, one whose data are no number.
#include <gmock/gmock.h>

#include <functional>

#include "contrail/at_least_once_consumer.hpp"
#include "core/forwarding_transaction.hpp"
#include "testing/faults.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RefusedRecords : public ConsumerTest {
protected:
    static ConsumerOptions parking() {
        return {.batch = {.records_max = 4}, .on_refusal = OnRefusal::park, .handler_attempts_max = 2};
    }

    void log_holds_all(const std::vector<std::string>& data) {
        for (const auto& each : data) log_holds(++last, each);
    }

    /// Runs a consumer until it has passed what the log holds.
    void run_to_the_end(ConsumerOptions options) {
        std::stop_source stop;
        const Handler stops_at_the_end = [&](Transaction& transaction, std::span<const Record> records) {
            add_up(transaction, records);
            if (records.back().id == id(last)) stop.request_stop();
        };
        Consumer(name, log, checkpoints, stops_at_the_end, options, clock, events.listener())
            .run(stop.get_token());
    }

    std::string complaint_when_run(const ConsumerOptions& options) {
        try {
            run_to_the_end(options);
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            return error.what();
        }
        return "";
    }

    [[nodiscard]] std::vector<std::uint64_t> parked_offsets() const {
        std::vector<std::uint64_t> offsets;
        for (const auto& [id, record] : parked()) offsets.push_back(id.offset.value);
        return offsets;
    }

    /// Offsets of the records that these events are about.
    template <class Event>
    [[nodiscard]] std::vector<std::uint64_t> offsets_told() const {
        std::vector<std::uint64_t> offsets;
        for (const Event& event : events.all<Event>())
            offsets.push_back(event.dead_letter.record.id.offset.value);
        return offsets;
    }

    std::uint64_t last = 0;  ///< Offset of the last record logged.
};

TEST_F(RefusedRecords, HaltTheConsumerAtTheRecordAtFault) {
    log_holds_all({"1", "2", "poison", "4"});
    const auto complaint = complaint_when_run({.handler_attempts_max = 2});
    EXPECT_THAT(complaint, HasSubstr("handler of consumer 'distance' rejected record 1700000000000-3"));
    EXPECT_THAT(complaint, HasSubstr("(create ride): stod"));
    EXPECT_EQ(total(), 3.0);
    EXPECT_EQ(checkpoint(), id(2)) << "what came before it is committed";
    EXPECT_THAT(parked(), IsEmpty());
}

TEST_F(RefusedRecords, HaltTheConsumerIfItParksRecordAfterRecord) {
    log_holds_all({"1", "poison", "poison", "poison", "5"});
    ConsumerOptions options = parking();
    options.parked_in_a_row_max = 2;
    EXPECT_THAT(complaint_when_run(options), HasSubstr("parked 2 records in a row (parked_in_a_row_max)"));
    EXPECT_THAT(parked_offsets(), ElementsAre(2, 3));
    EXPECT_EQ(checkpoint(), id(3));
}

TEST_F(RefusedRecords, DoNotHaltTheConsumerIfOthersAreAppliedInBetween) {
    log_holds_all({"poison", "poison", "3", "poison", "poison", "6"});
    ConsumerOptions options = parking();
    options.parked_in_a_row_max = 2;
    run_to_the_end(options);
    EXPECT_THAT(parked_offsets(), ElementsAre(1, 2, 4, 5));
    options.parked_in_a_row_max = 0;
    log_holds_all({"poison", "poison", "poison", "10"});
    run_to_the_end(options);
    EXPECT_EQ(parked_offsets().size(), 7U) << "0 is no limit";
}

TEST_F(RefusedRecords, LeaveWhatTheHandlerThrewToTheCaller) {
    log_holds_all({"poison"});
    auto halting = consumer({.handler_attempts_max = 1});
    try {
        halting.run({});
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_THROW(std::rethrow_if_nested(error), std::invalid_argument);
    }
}

TEST_F(RefusedRecords, AreToldAboutAtEveryAttempt) {
    log_holds_all({"1", "poison", "3"});
    run_to_the_end(parking());
    const auto retries = events.all<consumer_event::Retrying>();
    ASSERT_EQ(retries.size(), 3U);
    EXPECT_THAT(retries[0].error.what(),
                HasSubstr("rejected records 1700000000000-1 to 1700000000000-3: stod"));
    EXPECT_THAT(retries[0].error.what(), HasSubstr("Attempt 1 of 2"));
    EXPECT_THAT(retries[1].error.what(), HasSubstr("one by one"));
    EXPECT_THAT(retries[2].error.what(), HasSubstr("rejected record 1700000000000-2 (create ride)"));
}

TEST_F(RefusedRecords, AreParkedWithAllThatIsKnownOfThem) {
    log_holds_all({"1", "poison", "3"});
    const auto before = clock.unix_ms();
    run_to_the_end(parking());
    ASSERT_THAT(parked_offsets(), ElementsAre(2));
    const DeadLetter letter = parked().at(id(2)).letter;
    EXPECT_EQ(letter.record, (Record{id(2), "create", "ride", "poison"}));
    EXPECT_EQ(letter.error, "stod");
    EXPECT_EQ(letter.attempts, 2U);
    EXPECT_GE(letter.first_refused_ms, before);
    EXPECT_LE(letter.first_refused_ms, clock.unix_ms());
    EXPECT_THAT(offsets_told<consumer_event::Parked>(), ElementsAre(2));
}

struct Case {
    std::vector<std::string> data;
    std::vector<std::uint64_t> parked;
    double total;
};

// A bad record never costs its neighbours, wherever in a batch of four it stands.
TEST_F(RefusedRecords, CostTheirNeighboursNothing) {
    const Case cases[] = {
        {{"poison", "2", "3", "4", "5"}, {1}, 14},
        {{"1", "2", "3", "poison", "5"}, {4}, 11},
        {{"1", "2", "3", "4", "poison", "6"}, {5}, 16},
        {{"1", "poison", "poison", "4", "5"}, {2, 3}, 10},
        {{"poison", "poison", "poison", "poison", "5"}, {1, 2, 3, 4}, 5},
        {{"1", "poison", "3", "4", "5", "6", "poison", "8"}, {2, 7}, 27},
    };
    for (const Case& each : cases) {
        database = {};
        server = {};
        last = 0;
        log_holds_all(each.data);
        run_to_the_end(parking());
        EXPECT_EQ(parked_offsets(), each.parked);
        EXPECT_EQ(total(), each.total);
        EXPECT_EQ(checkpoint(), id(last));
    }
}

TEST_F(RefusedRecords, AreFollowedByBatchesOfTheUsualSize) {
    log_holds_all({"poison", "2", "3", "4", "5", "6", "7", "8"});
    std::vector<std::size_t> sizes;
    std::stop_source stop;
    const Handler notes = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        sizes.push_back(records.size());
        if (records.back().id == id(8)) stop.request_stop();
    };
    Consumer(name, log, checkpoints, notes, parking(), clock, events.listener()).run(stop.get_token());
    EXPECT_THAT(sizes, ElementsAre(1, 1, 1, 4));
}

TEST_F(RefusedRecords, AreNotThoseThatFailForReasonsOutside) {
    log_holds_all({"1"});
    int calls = 0;
    std::stop_source stop;
    const Handler waits_for_something = [&](Transaction& transaction, std::span<const Record> records) {
        if (++calls < 10) throw Error(Retry::call, "The mail server is away.");
        add_up(transaction, records);
        stop.request_stop();
    };
    Consumer(name, log, checkpoints, waits_for_something, parking(), clock, events.listener())
        .run(stop.get_token());
    EXPECT_EQ(calls, 10);
    EXPECT_EQ(total(), 1.0);
    EXPECT_THAT(parked(), IsEmpty());
}

TEST_F(RefusedRecords, AreThoseForWhichAPersonWouldBeNeeded) {
    log_holds_all({"1"});
    const Handler violates = [](Transaction&, std::span<const Record>) {
        throw Error(Retry::never, "It violates a constraint.");
    };
    Consumer violating(name, log, checkpoints, violates, parking(), clock, events.listener());
    EXPECT_THROW(violating.run_once(), Error);
    EXPECT_EQ(violating.run_once(), 1U);
    EXPECT_EQ(parked().at(id(1)).letter.error, "It violates a constraint.");
}

/// Checkpoints whose transactions refuse to commit a total of more than 5: a constraint that is checked no
/// earlier.
class DeferredConstraint : public Checkpoints {
public:
    explicit DeferredConstraint(Checkpoints& checkpoints) : checkpoints_(checkpoints) {}
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override {
        return std::make_unique<Checked>(checkpoints_.begin(part));
    }
    ConsumerOwner owner() override { return checkpoints_.owner(); }
    std::optional<RecordId> least(const ConsumerName& consumer) override {
        return checkpoints_.least(consumer);
    }
    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override {
        return checkpoints_.has_marked(part);
    }

private:
    class Checked : public ForwardingTransaction {
    public:
        using ForwardingTransaction::ForwardingTransaction;
        void commit() override {
            if (testing::memory_transaction(*this).value("total") > 5)
                throw Error(Retry::never, "The total is too high.");
            ForwardingTransaction::commit();
        }
    };
    Checkpoints& checkpoints_;
};

TEST_F(RefusedRecords, IncludeThoseThatTheCommitRefuses) {
    log_holds_all({"1", "9", "3"});
    DeferredConstraint constrained(checkpoints);
    std::stop_source stop;
    const Handler stops_at_the_end = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        if (records.back().id == id(3) && records.size() == 1) stop.request_stop();
    };
    Consumer(name, log, constrained, stops_at_the_end, parking(), clock, events.listener())
        .run(stop.get_token());
    EXPECT_THAT(parked_offsets(), ElementsAre(2));
    EXPECT_EQ(total(), 4.0);
}

/// Dead letters of records 2 and 3. An operator wants both retried, and a handler that has learned to
/// read 2.
class MarkedRecords : public RefusedRecords {
protected:
    static void add_up_after_all(Transaction& transaction, std::span<const Record> records) {
        for (const Record& record : records) {
            Record readable = record;
            if (record.data == "poison2") readable.data = "2";
            add_up(transaction, {&readable, 1});
        }
    }

    void park_two() {
        log_holds_all({"1", "poison2", "poison3", "4"});
        run_to_the_end(parking());
    }

    void mark_parked() {
        for (const auto offset : {2, 3}) database.mark(key, id(static_cast<std::uint64_t>(offset)));
        clock.advance(ConsumerOptions{}.marked_check_every);
    }

    Consumer fixed() {
        return {name, log, checkpoints, add_up_after_all, parking(), clock, events.listener()};
    }
};

TEST_F(MarkedRecords, AreAppliedOnceAndTheirLettersGo) {
    park_two();
    auto consumer = fixed();
    consumer.run_once();
    EXPECT_EQ(total(), 5.0) << "not before they are marked";
    mark_parked();

    EXPECT_EQ(consumer.run_once(), 1U);

    EXPECT_EQ(total(), 7.0);
    EXPECT_THAT(parked_offsets(), ElementsAre(3));
    EXPECT_THAT(offsets_told<consumer_event::Retried>(), ElementsAre(2));
    EXPECT_EQ(checkpoint(), id(4));
}

TEST_F(MarkedRecords, StayWithTheNewErrorIfTheyAreRefusedAgain) {
    park_two();
    const DeadLetter before = parked().at(id(3)).letter;
    auto consumer = fixed();
    mark_parked();
    for (int steps = 0; steps < 3; ++steps) consumer.run_once();

    ASSERT_THAT(parked_offsets(), ElementsAre(3));
    const auto [letter, marked] = parked().at(id(3));
    EXPECT_EQ(letter.attempts, before.attempts + 1);
    EXPECT_EQ(letter.first_refused_ms, before.first_refused_ms);
    EXPECT_FALSE(marked);
    EXPECT_EQ(total(), 7.0);
}

TEST_F(MarkedRecords, AreLookedForNowAndThen) {
    park_two();
    auto consumer = fixed();
    for (const auto offset : {2U, 3U}) database.mark(key, id(offset));
    EXPECT_EQ(consumer.run_once(), 0U);
    clock.advance(ConsumerOptions{}.marked_check_every);
    EXPECT_EQ(consumer.run_once(), 1U);
}

/// Lets a consumer work until `done`, through whatever befalls it: after a crash, a new one takes over.
template <typename MakeConsumer>
void work_through(MakeConsumer make_consumer, const std::function<bool()>& done) {
    auto consumer = make_consumer();
    for (int steps = 0; !done(); ++steps) {
        ASSERT_LT(steps, 100) << "it gets nowhere";
        try {
            consumer->run_once();
        } catch (const Error& error) {
            ASSERT_NE(error.retry(), Retry::never) << error.what();
        } catch (const Crash&) {
            consumer = make_consumer();
        }
    }
}

// By brute force: whatever call fails, and however, the bad records are parked, their neighbours applied
// once, and so are the parked ones when they are retried.
TEST_F(MarkedRecords, AreNeitherLostNorAppliedTwiceWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        bool happened = true;
        for (std::size_t call = 0; happened; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            database = {};
            server = {};
            last = 0;
            log_holds_all({"1", "poison2", "poison3", "4", "5"});
            testing::OneFault plan(call, fault);
            testing::FaultyCheckpoints faulty_checkpoints(checkpoints, plan);
            testing::FaultyLog faulty_log(log, plan);
            const auto consumer_with = [&](Handler handler) {
                return [&, handler] {
                    return std::make_unique<Consumer>(name, faulty_log, faulty_checkpoints, handler,
                                                      parking(), clock, events.listener());
                };
            };
            work_through(consumer_with(add_up), [&] { return checkpoint() == id(5); });
            EXPECT_EQ(total(), 10.0);
            EXPECT_THAT(parked_offsets(), ElementsAre(2, 3));

            for (const auto offset : {2U, 3U}) database.mark(key, id(offset));
            const auto nothing_is_marked = [&] {
                clock.advance(ConsumerOptions{}.marked_check_every);
                const auto records = parked();
                return std::none_of(records.begin(), records.end(),
                                    [](const auto& r) { return r.second.marked; });
            };
            work_through(consumer_with(add_up_after_all), nothing_is_marked);
            EXPECT_EQ(total(), 12.0);
            EXPECT_THAT(parked_offsets(), ElementsAre(3));
            happened = plan.happened();
        }
    }
}

}  // namespace contrail
