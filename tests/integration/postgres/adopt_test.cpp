#include <gmock/gmock.h>

#include <thread>

#include "integration/postgres/adopt_fixture.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/versioned_rows.hpp"
#include "postgres/migrations.hpp"
#include "postgres/postgres_outbox.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using postgres::Adoption;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Adopt, SaysSoIfTheBatchesWereDeleted) {
    service.stage({"1"});
    service.stream();
    service.database.run("DELETE FROM contrail.batches");
    try {
        adopt(service.settings);
        ADD_FAILURE() << "it adopted";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("Cannot adopt the log's state: the table \"contrail\".batches is "
                                            "empty."));
    }
}

TEST_F(Adopt, DoesNothingWhereTheStreamerCanGoOn) {
    expect_to_be_nothing_to_adopt(adopt(service.settings));
    service.stage({"1", "2"});
    expect_to_be_nothing_to_adopt(adopt(service.settings));
    service.stream();
    consume();
    service.stage({"3"});
    expect_to_be_nothing_to_adopt(adopt(service.settings));
    service.redis.run({"DEL", service.settings.stream_name});
    expect_to_be_nothing_to_adopt(adopt(service.settings));

    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(service.database.value("SELECT count(*) FROM contrail.batches WHERE adopted_at IS NOT NULL"),
              "0");
}

TEST_F(Adopt, GoesOnAfterALogThatIsAheadOfADatabaseThatLostCommits) {
    service.stage({"1", "2"});
    service.stream();
    Pipeline older(copy_of_now());
    service.stage({"3", "4"});
    service.stream();
    EXPECT_THAT(consume(), ElementsAre("1", "2", "3", "4"));

    older.stage({"5"});
    EXPECT_THAT(error_of([&] { older.stream(); }), IsError(Retry::never, HasSubstr("contrail adopt")));
    const std::string place = head();
    const Adoption found = examine(older.settings);
    EXPECT_THAT(found.reason, HasSubstr("and the outbox has sealed nothing after"));
    EXPECT_EQ(found.place.to_string(), place);
    EXPECT_FALSE(found.empties_log);
    EXPECT_EQ(found.renumbered, 1U);
    EXPECT_EQ(found.dropped, 2U);
    EXPECT_TRUE(error_of([&] { older.stream(); }).has_value()) << "to examine changes nothing";

    adopt(older.settings);

    older.stream();
    EXPECT_THAT(older.logged_data(), ElementsAre("1", "2", "3", "4", "5"));
    EXPECT_THAT(consume(), ElementsAre("5"));
    EXPECT_THAT(consume("new"), ElementsAre("1", "2", "3", "4", "5"));
    expect_to_be_nothing_to_adopt(adopt(older.settings));
}

TEST_F(Adopt, KeepsTheKeyAndTheHeadersOfWhatItRenumbers) {
    service.stage({"1"});
    service.stream();
    Pipeline older(copy_of_now());
    service.stage({"2"});
    service.stream();
    older.database.run(R"(SELECT contrail.stage('create', 'ride', '3', '521', '{"a": 1}'))");

    EXPECT_EQ(adopt(older.settings).renumbered, 1U);

    older.stream();
    EXPECT_EQ(older.logged().back().key, "521");
    EXPECT_EQ(older.logged().back().headers, R"({"a": 1})");
}

// The new primary gave out the lost offsets again before an operator noticed, to records that the log refused.
TEST_F(Adopt, KeepsWhatWasSealedUnderOffsetsThatTheLogHasGivenToOthers) {
    service.stage({"1"});
    service.stream();
    Pipeline older(copy_of_now());
    service.stage({"2", "3"});
    service.stream();
    older.stage({"4", "5", "6"});
    const auto outbox = postgres_outbox(older.settings);
    ASSERT_EQ(outbox->next(outbox->newest()).value().first, Offset{2});
    older.stage({"7"});

    EXPECT_EQ(adopt(older.settings).renumbered, 4U);

    older.stream();
    EXPECT_THAT(older.logged_data(), ElementsAre("1", "2", "3", "4", "5", "6", "7"));
    EXPECT_THAT(consume(), ElementsAre("1", "2", "3", "4", "5", "6", "7"));
}

// Trimmed beyond all that the older database knows: that it was sent can be told from the times only.
TEST_F(Adopt, DoesNotSendAgainWhatWasTrimmedSince) {
    for (const std::string data : {"1", "2", "3"}) {
        service.stage({data});
        service.stream();
    }
    Pipeline older(copy_of_now());
    service.stage({"4", "5"});
    service.stream();
    consume();
    for (const std::string records : {"1", "0"}) {
        service.redis.run({"XTRIM", service.settings.stream_name, "MAXLEN", records});
        const Adoption found = examine(older.settings);
        EXPECT_EQ(found.renumbered, 0U);
        EXPECT_EQ(found.dropped, 3U);
    }
    older.stage({"6"});
    adopt(older.settings);
    older.stream();
    EXPECT_THAT(consume(), ElementsAre("6"));
}

TEST_F(Adopt, MarksConsumersThatMissLostRecords) {
    service.stage({"1"});
    service.stream();
    consume("slow");
    Pipeline older(copy_of_now());
    service.stage({"2", "3"});
    service.stream();
    consume("fast");
    // Redis, too, goes back to an earlier state: it knows no more than where the consumers were.
    service.redis.run({"DEL", service.settings.stream_name});
    older.stage({"4"});

    const Adoption adopted = adopt(older.settings);

    EXPECT_TRUE(adopted.empties_log);
    ASSERT_EQ(adopted.consumers.size(), 2U);
    EXPECT_EQ(adopted.consumers[0].cut_off, std::nullopt) << "fast";
    ASSERT_TRUE(adopted.consumers[1].cut_off.has_value()) << "slow";
    EXPECT_EQ(adopted.consumers[1].cut_off->first_missed, Offset{2});
    EXPECT_EQ(adopted.consumers[1].cut_off->last_missed, Offset{3});

    older.stream();
    EXPECT_THAT(consume("fast"), ElementsAre("4"));
    EXPECT_THAT(error_of([&] { consume("slow"); }), IsError(Retry::never, HasSubstr("cut off")));
}

TEST_F(Adopt, WaitsForOpenTransactionsAndSaysIfItWasTooLong) {
    service.stage({"1"});
    service.stream();
    write_to_log("9000000000000-2", "2");
    service.database.run("BEGIN");
    service.database.run("SELECT contrail.stage('create', 'ride', '3')");

    EXPECT_THAT(
        error_of([&] { adopt(service.settings); }),
        IsError(Retry::transaction, AllOf(HasSubstr("lock the outbox"), HasSubstr("pg_stat_activity"))));

    service.database.run("COMMIT");
    adopt(service.settings);
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
}

TEST_F(Adopt, LosesNothingOfWhatIsStagedMeanwhile) {
    write_to_log("1700000000000-1", "0");
    VersionedRows::make(service.database);
    std::thread services([&] { VersionedRows::transact_at_once(service.settings.database_url); });
    adopt(service.settings);
    for (std::uint64_t offset = 2; offset < 5; ++offset) {
        service.stream();
        write_to_log("9000000000000-" + std::to_string(std::stoull(head().substr(head().find('-') + 1)) + 1),
                     "0");
        adopt(service.settings);
    }
    services.join();
    service.stream();

    auto streamed = service.logged();
    for (std::size_t i = 0; i < streamed.size(); ++i) EXPECT_EQ(streamed[i].id.offset, Offset{i + 1});
    std::erase_if(streamed, [](const Record& record) { return record.object == "ride"; });
    VersionedRows::expect_all(streamed, service.database);
}

/// The service's database, restored in a cluster of its own whose transaction ids are about the same as those
/// of the first.
class AdoptRestored : public Adopt {
protected:
    static constexpr auto stage_in_savepoints =
        "BEGIN; SELECT pg_current_xact_id(); SAVEPOINT one; SELECT contrail.stage('create', 'ride', '7');"
        "SAVEPOINT two; SELECT contrail.stage('create', 'ride', '8'); COMMIT";

    struct Clusters {
        const servers::TemporaryDirectory directory;
        servers::PrivatePostgres first{{.data_dir = directory.path() / "first", .durable = false}};
        servers::PrivatePostgres second{{.data_dir = directory.path() / "second", .durable = false}};
    };

    static void SetUpTestSuite() { clusters = std::make_unique<Clusters>(); }
    static void TearDownTestSuite() { clusters.reset(); }

    static std::string fresh_database(const servers::PrivatePostgres& cluster) {
        const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
        cluster.create_database(name);
        return cluster.url(name);
    }

    static std::unique_ptr<Clusters> clusters;
    const Settings before = in_database(service.settings, fresh_database(clusters->first));
    const Settings after = in_database(service.settings, fresh_database(clusters->second));
};

std::unique_ptr<AdoptRestored::Clusters> AdoptRestored::clusters;

TEST_F(AdoptRestored, GoesOnExactlyWhereTheDumpWasTaken) {
    postgres::migrate(before);
    Pipeline original(before);
    original.stage({"1", "2"});
    original.stream();
    EXPECT_THAT(consume(), ElementsAre("1", "2"));
    original.stage({"3"});
    original.stream();
    original.stage({"4"});  // sealed and not sent
    const auto outbox = postgres_outbox(before);
    outbox->next(outbox->newest());
    original.stage({"5", "6"});  // not sealed
    dump_and_restore(before.database_url, after.database_url);

    Pipeline restored(after);
    restored.database.run(stage_in_savepoints);
    restored.stage({"9"});
    EXPECT_THAT(error_of([&] { restored.stream(); }), IsError(Retry::never, HasSubstr("contrail adopt")));

    const Adoption adopted = adopt(after);

    EXPECT_THAT(adopted.reason, HasSubstr("restored from a dump"));
    EXPECT_EQ(adopted.place.offset, Offset{3});
    EXPECT_EQ(adopted.renumbered, 6U);
    EXPECT_EQ(adopted.dropped, 3U);
    EXPECT_FALSE(adopted.empties_log);
    restored.stream();
    restored.stage({"10"});
    restored.stream();
    EXPECT_THAT(restored.logged_data(), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
    EXPECT_THAT(consume(), ElementsAre("3", "4", "5", "6", "7", "8", "9", "10"));
    expect_to_be_nothing_to_adopt(adopt(after));
}

// A dump of production for a test: no Redis comes along.
TEST_F(AdoptRestored, BeginsAnEmptyLogWhereTheConsumersInTheDumpAre) {
    postgres::migrate(before);
    Pipeline original(before);
    original.stage({"1"});
    original.stream();
    EXPECT_THAT(consume(original, "slow"), ElementsAre("1"));
    original.stage({"2"});
    original.stream();
    EXPECT_THAT(consume(original, "fast"), ElementsAre("1", "2"));
    original.stage({"3"});
    original.stream();
    dump_and_restore(before.database_url, after.database_url);
    service.redis.run({"FLUSHALL"});

    adopt(after);

    Pipeline restored(after);
    restored.stage({"4"});
    restored.stream();
    EXPECT_THAT(restored.consume("fast"), ElementsAre("3", "4"));
    EXPECT_THAT(error_of([&] { restored.consume("slow"); }), IsError(Retry::never, HasSubstr("cut off")));
}

TEST_F(AdoptRestored, RefusesADumpWhoseStagingIdsAreGivenOutAgain) {
    postgres::migrate(before);
    Pipeline original(before);
    original.stage({"1", "2"});
    dump_and_restore(before.database_url, after.database_url);
    Pipeline restored(after);
    restored.database.run("ALTER TABLE contrail.staged_log_records ALTER COLUMN id RESTART WITH 1");
    restored.stage({"3"});
    EXPECT_THAT(error_of([&] { adopt(after); }), IsError(Retry::never, HasSubstr("Restore the whole dump")));
}

}  // namespace contrail::test
