#include "contrail/at_least_once_consumer.hpp"

#include <gmock/gmock.h>

#include "testing/faults.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::Pair;

/// A store that shares no transaction with the checkpoint: what is written is there.
class Warehouse {
public:
    [[nodiscard]] double value(const std::string& row) const {
        const auto found = rows.find(row);
        return found == rows.end() ? 0 : found->second;
    }
    void set_value(const std::string& row, double value) { rows[row] = value; }

    std::map<std::string, double> rows;
};

/// An upsert: a row for every ride.
void keep_rides(Warehouse& warehouse, std::span<const Record> records) {
    for (const auto& record : records)
        warehouse.set_value(std::to_string(record.id.offset.value), std::stod(record.data));
}

/// Not idempotent: adds to what is there. `store` is a warehouse, or a transaction.
void add_to_total(auto& store, std::span<const Record> records) {
    for (const auto& record : records)
        store.set_value("total", store.value("total") + std::stod(record.data));
}

class AtLeastOnce : public ConsumerTest {
protected:
    AtLeastOnce() {
        for (std::uint64_t offset = 1; offset <= 4; ++offset) log_holds(offset, static_cast<double>(offset));
    }

    std::unique_ptr<AtLeastOnceConsumer> consumer_of(IdempotentHandler handler) {
        return std::make_unique<AtLeastOnceConsumer>(name, log, checkpoints, std::move(handler),
                                                     ConsumerOptions{.batch = {.records_max = 2}}, clock,
                                                     events.listener());
    }

    /// For every call that a consumer makes of its ports: lets it crash there, starts another, and lets that
    /// come to the end of the log. Returns the totals that this led to.
    template <typename MakeConsumer>
    std::set<double> totals_after_crashes(MakeConsumer make_consumer,
                                          const std::function<double()>& total_of) {
        std::set<double> totals;
        for (const Fault fault : {Fault::crash_before, Fault::crash_after}) {
            bool happened = true;
            for (std::size_t call = 0; happened; ++call) {
                database = {};
                warehouse = {};
                testing::OneFault plan(call, fault);
                testing::FaultyCheckpoints faulty_checkpoints(checkpoints, plan);
                testing::FaultyLog faulty_log(log, plan);
                try {
                    run_to_the_end(*make_consumer(faulty_log, faulty_checkpoints));
                } catch (const Crash&) {
                    run_to_the_end(*make_consumer(log, checkpoints));
                }
                totals.insert(total_of());
                happened = plan.happened();
            }
        }
        return totals;
    }

    static void run_to_the_end(auto& consumer) {
        while (consumer.run_once() > 0) {
        }
    }

    Warehouse warehouse;
};

TEST_F(AtLeastOnce, AppliesTheLogAndSavesItsCheckpoint) {
    auto consumer = consumer_of([&](auto records) { keep_rides(warehouse, records); });
    EXPECT_EQ(consumer->run_once(), 2U);
    EXPECT_EQ(checkpoint(), id(2));
    EXPECT_EQ(consumer->run_once(), 2U);
    EXPECT_THAT(warehouse.rows, ElementsAre(Pair("1", 1), Pair("2", 2), Pair("3", 3), Pair("4", 4)));
}

TEST_F(AtLeastOnce, SavesTheCheckpointOnlyAfterTheEffects) {
    const auto fails_half_way = [&](std::span<const Record> records) {
        keep_rides(warehouse, records.first(1));
        throw Error(Retry::call, "The warehouse is away.");
    };
    EXPECT_THROW(consumer_of(fails_half_way)->run_once(), Error);
    EXPECT_EQ(checkpoint(), RecordId{});
    EXPECT_EQ(warehouse.rows.size(), 1U) << "the effects stay";
}

TEST_F(AtLeastOnce, LetsASecondInstanceWaitBeforeItsEffects) {
    // In memory, waiting is told by an error.
    testing::MemoryLog other_log(server);
    testing::MemoryCheckpoints other_checkpoints(database, StreamName("log"));
    int effects_of_the_other = 0;
    AtLeastOnceConsumer other(name, other_log, other_checkpoints, [&](auto) { ++effects_of_the_other; });
    auto first = consumer_of([&](auto) { EXPECT_THROW(other.run_once(), Error); });
    first->run_once();
    EXPECT_EQ(effects_of_the_other, 0);
}

TEST_F(AtLeastOnce, ParksARecordAsTheOtherClassDoes) {
    log_holds(5, "poison");
    log_holds(6, 6.0);
    AtLeastOnceConsumer consumer(
        name, log, checkpoints, [&](auto records) { keep_rides(warehouse, records); },
        {.on_refusal = OnRefusal::park, .handler_attempts_max = 1}, clock, events.listener());
    EXPECT_THROW(consumer.run_once(), Error) << "the batch";
    for (int steps = 0; steps < 6; ++steps) EXPECT_EQ(consumer.run_once(), 1U);
    EXPECT_THAT(parked(), ElementsAre(Pair(id(5), ::testing::_)));
    EXPECT_EQ(warehouse.rows.size(), 5U);
}

// The difference between the two classes. 1 + 2 + 3 + 4 = 10.

TEST_F(AtLeastOnce, IsRightWhereverItCrashesIfTheHandlerIsIdempotent) {
    const auto make = [&](Log& its_log, Checkpoints& its_checkpoints) {
        return std::make_unique<AtLeastOnceConsumer>(
            name, its_log, its_checkpoints, [&](auto records) { keep_rides(warehouse, records); },
            ConsumerOptions{.batch = {.records_max = 2}}, clock, events.listener());
    };
    const auto sum = [&] {
        double metres = 0;
        for (const auto& [row, value] : warehouse.rows) metres += value;
        return metres;
    };
    EXPECT_THAT(totals_after_crashes(make, sum), ElementsAre(10));
}

TEST_F(AtLeastOnce, CountsTwiceAfterACrashBeforeTheCheckpointIfTheHandlerIsNotIdempotent) {
    const auto make = [&](Log& its_log, Checkpoints& its_checkpoints) {
        return std::make_unique<AtLeastOnceConsumer>(
            name, its_log, its_checkpoints, [&](auto records) { add_to_total(warehouse, records); },
            ConsumerOptions{.batch = {.records_max = 2}}, clock, events.listener());
    };
    // The first or the second batch twice: 10 + 1 + 2, 10 + 3 + 4.
    EXPECT_THAT(totals_after_crashes(make, [&] { return warehouse.value("total"); }),
                ElementsAre(10, 13, 17));
}

TEST_F(AtLeastOnce, IsNotNeededByTheSameHandlerInsideTheTransaction) {
    const auto make = [&](Log& its_log, Checkpoints& its_checkpoints) {
        return std::make_unique<Consumer>(
            name, its_log, its_checkpoints,
            [](Transaction& transaction, auto records) {
                add_to_total(testing::memory_transaction(transaction), records);
            },
            ConsumerOptions{.batch = {.records_max = 2}}, clock, events.listener());
    };
    EXPECT_THAT(totals_after_crashes(make, [&] { return total(); }), ElementsAre(10));
}

}  // namespace contrail
