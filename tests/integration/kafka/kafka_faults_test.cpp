#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <optional>

#include "contrail/error.hpp"
#include "contrail/kafka.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/notes_topic.hpp"
#include "kafka/search.hpp"
#include "kafka/topics.hpp"
#include "support/admin_kafka.hpp"
#include "support/free_port.hpp"
#include "support/private_kafka.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class KafkaFaults : public ::testing::Test {
protected:
    static constexpr std::uint64_t sealed_ms = 1'700'000'000'000;

    static RecordId id(std::uint64_t offset) { return {sealed_ms, Offset{offset}}; }

    static std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
        std::vector<Record> made;
        for (auto offset = first; offset <= last; ++offset)
            made.push_back({id(offset), "create", "ride", std::to_string(offset)});
        return made;
    }

    static Settings fresh_topic() {
        static int number = 0;
        Settings settings;
        settings.log_url = "kafka://" + shared_kafka().address() + "/faults" + std::to_string(++number);
        return settings;
    }

    [[nodiscard]] std::unique_ptr<Log> open() const { return kafka_log(settings); }

    static RecordId append(Log& to, RecordId expected, const std::vector<Record>& made) {
        to.append_begin(expected, made);
        return to.append_end();
    }

    static std::vector<Record> read(Log& from, RecordId after) {
        std::vector<Record> found;
        from.read_begin(after, {}, std::chrono::milliseconds(0));
        from.read_end(found);
        return found;
    }

    static std::optional<Error> failure(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error;
        }
        return std::nullopt;
    }

    /// Repeats what may be repeated, as every caller of the port does.
    static void until_done(const std::function<void()>& action) {
        wait_until("the log answers again", [&] {
            const auto error = failure(action);
            if (error && error->retry() == Retry::never) throw *error;
            return !error;
        });
    }

    void create_topics_again() const {
        delete_topic(endpoint.brokers, endpoint.topic);
        delete_topic(endpoint.brokers, endpoint.notes_topic());
        kafka::create_topics(endpoint);
    }

    const Settings settings = fresh_topic();
    const kafka::Endpoint endpoint = kafka::endpoint_of(settings);
    const std::unique_ptr<Log> log = open();
    const std::unique_ptr<Log> other = open();
};

TEST_F(KafkaFaults, AStreamerThatWasFencedCommitsNothing) {
    log->append_begin({}, records(1, 2));
    EXPECT_EQ(append(*other, {}, records(1, 3)), id(3));
    EXPECT_EQ(log->append_end(), id(3));
    EXPECT_EQ(read(*log, {}), records(1, 3));
}

TEST_F(KafkaFaults, AStreamerThatOnlyAsksForTheHeadFencesNoOther) {
    log->append_begin({}, records(1, 2));
    EXPECT_EQ(other->head(), RecordId{});
    EXPECT_EQ(log->append_end(), id(2));
    EXPECT_EQ(other->head(), id(2));
}

// Without the check of Kafka's offsets the broker takes 11 to 20 as the first entries, and 1 to 10 are gone for ever.
TEST_F(KafkaFaults, ATopicThatWasCreatedAgainTakesNothingButTheFirstRecord) {
    ASSERT_EQ(append(*log, {}, records(1, 10)), id(10));
    create_topics_again();

    RecordId head = id(10);
    until_done([&] { head = append(*log, id(10), records(11, 20)); });

    EXPECT_EQ(head, RecordId{});
    EXPECT_EQ(append(*log, {}, records(1, 20)), id(20));
    EXPECT_EQ(read(*other, {}), records(1, 20));
}

// The same record lies at another Kafka offset there: one transaction a record leaves a marker each.
TEST_F(KafkaFaults, AReaderGoesOnAtItsRecordInATopicThatWasCreatedAgain) {
    ASSERT_EQ(append(*log, {}, records(1, 10)), id(10));
    ASSERT_EQ(read(*other, {}), records(1, 10));
    create_topics_again();
    RecordId head;
    until_done([&] { head = log->head(); });
    ASSERT_EQ(head, RecordId{});
    for (std::uint64_t offset = 1; offset <= 20; ++offset)
        ASSERT_EQ(append(*log, offset == 1 ? RecordId{} : id(offset - 1), records(offset, offset)),
                  id(offset));

    std::vector<Record> found;
    until_done([&] { found = read(*other, id(10)); });

    EXPECT_EQ(found, records(11, 20));
}

// A partition that is assigned again while it stops would end the process.
TEST_F(KafkaFaults, AReaderMaySeekAgainAtOnce) {
    ASSERT_EQ(append(*log, {}, records(1, 10)), id(10));
    kafka::PartitionReader reader(endpoint, endpoint.topic, kafka::fetching_few);
    for (int i = 0; i < 1'000; ++i) reader.seek(i % 10);
    const auto entry = kafka::entry_at(reader, 4);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->offset, 4);
}

TEST_F(KafkaFaults, NotesAreReadOnWhereTheyEndedUnlessTheirTopicWasCreatedAgain) {
    kafka::NotesTopic notes(endpoint);
    notes.put("position/one", "1-1");
    notes.put("position/two", "2-2");
    EXPECT_THAT(notes.read().positions(), SizeIs(2));
    notes.put("position/one", std::nullopt);
    notes.put("position/three", "3-3");
    EXPECT_EQ(notes.read().positions(),
              (std::map<ConsumerName, RecordId>{{ConsumerName("three"), {3, Offset{3}}},
                                                {ConsumerName("two"), {2, Offset{2}}}}));

    create_topics_again();
    kafka::NotesTopic of_others(endpoint);
    for (const char* const name : {"a", "b", "c", "d", "e", "f"})
        of_others.put(kafka::position_key(ConsumerName(name)), "1-1");

    until_done([&] {
        notes.close();
        EXPECT_EQ(notes.read().positions(), of_others.read().positions());
    });
}

TEST_F(KafkaFaults, AnEntryOfAnotherProgramStopsTheStreamerAndTheConsumer) {
    ASSERT_EQ(append(*log, {}, records(1, 2)), id(2));
    write_foreign_entry(endpoint.brokers, endpoint.topic, "foreign");

    const auto appended = failure([&] { append(*log, id(2), records(3, 3)); });
    ASSERT_TRUE(appended);
    EXPECT_EQ(appended->retry(), Retry::never);
    EXPECT_THAT(appended->what(), HasSubstr("at its Kafka offset 3 an entry that is not a record"));

    const auto seen = failure([&] { read(*other, id(2)); });
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->retry(), Retry::never);
}

TEST_F(KafkaFaults, ABrokerThatIsKilledDuringAnAppendLosesAndRepeatsNothing) {
    ASSERT_EQ(append(*log, {}, records(1, 10)), id(10));
    ASSERT_EQ(read(*other, {}), records(1, 10));
    log->append_begin(id(10), records(11, 20));
    shared_kafka().kill();

    const auto error = failure([&] { log->append_end(); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->retry(), AnyOf(Retry::call, Retry::in_doubt));
    EXPECT_THAT(error->what(), HasSubstr("Kafka at " + endpoint.brokers));

    shared_kafka().start();
    RecordId head;
    until_done([&] { head = log->head(); });
    EXPECT_THAT(head, AnyOf(id(10), id(20)));
    until_done([&] {
        head = log->head();
        if (head < id(30)) head = append(*log, head, records(head.offset.value + 1, 30));
    });
    EXPECT_EQ(head, id(30));
    std::vector<Record> found;
    until_done([&] { found = read(*other, id(10)); });
    EXPECT_EQ(found, records(11, 30));
}

TEST_F(KafkaFaults, ABrokerThatIsSilentIsNotWaitedForWithoutEnd) {
    ASSERT_EQ(append(*log, {}, records(1, 2)), id(2));
    shared_kafka().process().signal(SIGSTOP);
    const auto error = failure([&] { log->head(); });
    shared_kafka().process().signal(SIGCONT);

    ASSERT_TRUE(error);
    EXPECT_EQ(error->retry(), Retry::call);
    RecordId head;
    until_done([&] { head = log->head(); });
    EXPECT_EQ(head, id(2));
}

TEST_F(KafkaFaults, ABrokerThatIsAbsentIsNamed) {
    Settings absent;
    const std::string address = "127.0.0.1:" + std::to_string(free_port());
    absent.log_url = "kafka://" + address + "/rides";
    const auto error = failure([&] { kafka_log(absent)->head(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->retry(), Retry::call);
    EXPECT_THAT(error->what(), HasSubstr("Could not ask for the head of the log rides: Kafka at " + address));
}

}  // namespace contrail::test
