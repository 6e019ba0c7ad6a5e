// `rocket_rides verify --at`: what a reduction was at any past record, beside what a consumer had there.

#include "commands.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/replay.hpp"
#include "integration/archive/archive_fixture.hpp"
#include "past_rides.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

class TimeTravel : public Archive {
protected:
    TimeTravel() {
        rocket_rides::migrate(pipeline.settings);
        // In the consumer's own transaction, when it commits.
        pipeline.database.run(
            "CREATE TABLE kept (last_id text PRIMARY KEY, total double precision NOT NULL);"
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO kept SELECT NEW.last_id, total_distance FROM consumer_states WHERE name = NEW.consumer; "
            "RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER keep AFTER UPDATE OF last_id ON contrail.checkpoints "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep();");
    }

    /// Creates, changes and deletes rides, with distances whose sums depend on their order: nine records each.
    void ride(int rounds) {
        for (int round = 0; round < rounds; ++round)
            pipeline.database.run(
                "WITH ride AS (INSERT INTO rides (distance) SELECT random() * 10 ^ (n % 5) FROM generate_series(1, 6) "
                "AS n RETURNING id, distance) SELECT contrail.stage('create', 'ride', to_jsonb(ride)) FROM ride;"
                "WITH was AS (SELECT * FROM rides ORDER BY id DESC LIMIT 2), ride AS (UPDATE rides SET distance = "
                "random() * 100 FROM was WHERE rides.id = was.id RETURNING rides.id, rides.distance, "
                "was.distance AS previous_distance) "
                "SELECT contrail.stage('update', 'ride', to_jsonb(ride)) FROM ride;"
                "WITH ride AS (DELETE FROM rides WHERE id = (SELECT max(id) FROM rides) RETURNING id, "
                "distance AS previous_distance) SELECT contrail.stage('delete', 'ride', to_jsonb(ride)) FROM ride");
        pipeline.stream();
        last += 9 * rounds;
    }

    [[nodiscard]] std::string verify(const std::string& at) const {
        return "rocket_rides verify --json --archive " + folder().native() + " --at " + at;
    }
};

TEST_F(TimeTravel, ShowsWhatAKilledConsumerHadAtEachOfItsCheckpoints) {
    {
        RunningArchive archive(flags(), pipeline.settings);
        std::optional<servers::ChildProcess> consumer;
        int starts = 0;
        const auto start = [&] {
            consumer.emplace(shell(
                "exec rocket_rides consumer counter --quiet --batch-records-max 7 --crash kill --seed " +
                    std::to_string(++starts),
                pipeline.settings));
        };
        for (int rounds = 0; rounds < 10; ++rounds) {
            ride(12);
            wait_until("the consumer is at the end", [&] {
                if (!consumer || consumer->has_ended()) start();
                return pipeline.checkpoint("counter").ends_with('-' + std::to_string(last));
            });
            trim();
        }
        wait_until_archived(last);
        wait_until_reported(last);
    }
    trim();
    const auto log = open_log(pipeline.settings);
    ASSERT_GT(log->usage().first.offset, Offset{500}) << "the log has forgotten most";

    Replay replay(StreamName(pipeline.settings.stream_name), *log, folder());
    PostgresSession session(pipeline.settings, "test");
    const auto kept = session.execute("SELECT last_id, total FROM kept");
    ASSERT_GT(kept.size(), 100U);
    for (const auto& row : kept) {
        const auto id = RecordId::parse(row[0].value()).value();
        const auto past = rocket_rides::past_rides(replay.log(), id.offset, {});
        EXPECT_EQ(past.last_id, id);
        EXPECT_EQ(past.total.distance, std::stod(row[1].value())) << "bit for bit at " << row[0].value();
    }
    const Ended now = run(verify(std::to_string(last)));
    EXPECT_TRUE(now.status.success()) << now.output << now.errors;
    EXPECT_THAT(now.output, HasSubstr(R"("name":"counter")"));
    EXPECT_EQ(
        std::to_string(rocket_rides::past_rides(replay.log(), log->head().offset, {}).total.digest),
        pipeline.database.value(
            "SELECT mod(mod(sum(('x' || encode(substr(sha256(int8send(id) || float8send(distance)), 1, 8), "
            "'hex'))::bit(64)::bigint), 2::numeric ^ 64) + 2::numeric ^ 64, 2::numeric ^ 64)::numeric(20, 0) "
            "FROM rides"));
}

TEST_F(TimeTravel, SaysWhyAPastCannotBeShown) {
    ride(100);
    RunningArchive archive(flags(), pipeline.settings);
    wait_until_reported(last);
    archive.kill();
    trim();
    const Ended alone = run("rocket_rides verify --at 10");
    EXPECT_EQ(alone.status, ExitStatus::exited(78));
    EXPECT_THAT(alone.errors, HasSubstr("offset 1 is missing"));
    EXPECT_TRUE(run(verify("10")).status.success());
    const Ended beyond = run(verify("901"));
    EXPECT_EQ(beyond.status, ExitStatus::exited(78));
    EXPECT_THAT(beyond.errors, HasSubstr("the log ends with"));
    EXPECT_EQ(run(verify("yesterday")).status, ExitStatus::exited(2));
    EXPECT_EQ(run("rocket_rides verify --archive " + folder().native()).status, ExitStatus::exited(2));
}

}  // namespace contrail::test
