#include <gmock/gmock.h>

#include <iterator>
#include <sstream>

#include "contrail/postgres.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "integration/operations/findings.hpp"
#include "operations/consumers/reset.hpp"
#include "operations/consumers/running.hpp"
#include "operations/redis_rights.hpp"
#include "operations/status/status_poller.hpp"
#include "postgres/dead_letters.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

namespace {

/// The server's answer to what it refuses; nothing if it did it.
template <class Action>
std::string refusal(Action action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

std::vector<std::string> words_of(const std::string& command) {
    std::istringstream stream(command);
    return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace

/// A log whose every part logs in as a user of its own, with the rights of docs/operations.md and no other.
class LeastPrivilege : public ::testing::Test {
protected:
    LeastPrivilege() {
        // As after ALTER DEFAULT PRIVILEGES … REVOKE … FROM PUBLIC. Roles must need nothing of PUBLIC's.
        pipeline.database.run(
            "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA contrail FROM PUBLIC; "
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA contrail FROM PUBLIC");
        postgres::make_roles(pipeline.settings, prefix());
        for (const Part part : postgres::parts()) {
            const std::string user = user_of(part);
            pipeline.database.run("CREATE ROLE \"" + user + "\" LOGIN IN ROLE \"" + prefix() + '_' +
                                  std::string(name(part)) + '"');
            std::vector<std::string> command{"ACL", "SETUSER", user, "on", ">secret"};
            for (const auto& rule : words_of(
                     operations::acl_rules(part, redis::Keys(StreamName(pipeline.settings.stream_name)))))
                command.push_back(rule);
            if (operations::uses_redis(part)) pipeline.redis.run(command);
        }
    }

    ~LeastPrivilege() override {
        for (const Part part : postgres::parts()) {
            pipeline.database.run("DROP ROLE \"" + user_of(part) + '"');
            pipeline.database.run("DROP OWNED BY \"" + prefix() + '_' + std::string(name(part)) + '"');
        }
        for (const Part part : postgres::parts())
            pipeline.database.run("DROP ROLE \"" + prefix() + '_' + std::string(name(part)) + '"');
    }

    /// Roles belong to the server, which other tests use too.
    [[nodiscard]] std::string prefix() const {
        return pipeline.settings.database_url.substr(pipeline.settings.database_url.rfind('/') + 1);
    }
    [[nodiscard]] std::string user_of(Part part) const {
        return prefix() + "-the-" + std::string(name(part));
    }

    [[nodiscard]] Settings settings_of(Part part) const {
        Settings settings = pipeline.settings;
        settings.database_url += "?user=" + user_of(part);
        settings.log_url.insert(settings.log_url.find("//") + 2, user_of(part) + ":secret@");
        return settings;
    }

    void stage(int records) {
        AdminPostgres producer(settings_of(Part::producer).database_url);
        for (int i = 0; i < records; ++i) producer.run("SELECT contrail.stage('create', 'ride', '{}')");
    }

    void stream() {
        const auto outbox = postgres_outbox(settings_of(Part::streamer));
        const auto log = redis_log(settings_of(Part::streamer));
        Streamer streamer(*outbox, *log, system_clock(), {});
        wait_until("the streamer before has ended", [&] { return outbox->lead(); });
        while (streamer.run_once() > 0) {
        }
    }

    /// Applies all, and once it finds no more has reported that it did.
    std::size_t consume(const ConsumerName& name) {
        const auto checkpoints = postgres_checkpoints(settings_of(Part::consumer));
        const auto log = redis_log(settings_of(Part::consumer));
        Consumer consumer(
            name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {},
            {.read_wait_max = std::chrono::milliseconds(0)}, system_clock());
        std::size_t applied = 0;
        while (const std::size_t records = consumer.run_once()) applied += records;
        consumer.run_once();
        return applied;
    }

    std::uint32_t retain(Part part, Retention::Limits limits = {}) {
        std::uint32_t emptied = 0;
        const OnRetentionEvent count_emptied = [&](const RetentionEvent& event) {
            if (const auto* dropped = std::get_if<retention_event::Dropped>(&event))
                emptied += dropped->released.segments_emptied;
        };
        const auto outbox = postgres_outbox(settings_of(part), {.bytes_max = 1});
        const auto log = redis_log(settings_of(part));
        Retention retention(*outbox, *log, system_clock(), {.limits = limits}, count_emptied);
        retention.run_once();  // lets the outbox go on with another segment,
        retention.run_once();  // and empties the one before
        return emptied;
    }

    Pipeline pipeline;
};

TEST_F(LeastPrivilege, IsEnoughToProduceStreamConsumeAndRetain) {
    AdminPostgres producer(settings_of(Part::producer).database_url);
    producer.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) VALUES ('create', 'ride', '{}')");
    stage(2);
    stream();
    EXPECT_EQ(consume(ConsumerName("mailer")), 3);
    EXPECT_GT(retain(Part::streamer), 0);

    // And once more, with what was released before: trimmed, cut off, and emptied again.
    stage(3);
    stream();
    EXPECT_NO_THROW(retain(Part::streamer, {.records_max = 1}));
    EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM contrail.consumers WHERE cut_off_at IS NOT NULL"),
              "1");
    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    stream();
}

TEST_F(LeastPrivilege, LetsTheStreamerTellOfLogOutboxAndConsumers) {
    stage(2);
    stream();
    EXPECT_EQ(consume(ConsumerName("mailer")), 2U);
    for (const Part part : {Part::streamer, Part::monitor}) {
        const operations::Status status = operations::StatusPoller(settings_of(part)).poll();
        EXPECT_EQ(status.log.error, "");
        EXPECT_EQ(status.outbox.error, "");
        EXPECT_EQ(status.consumers.at(0).lag_records, 0);
    }
}

TEST_F(LeastPrivilege, IsEnoughForTheDoctor) {
    stage(1);
    stream();
    consume(ConsumerName("mailer"));
    for (const Part part : postgres::parts()) {
        if (!operations::uses_redis(part)) continue;
        const auto diagnosis = diagnose(settings_of(part), part);
        EXPECT_TRUE(has(diagnosis, "redis.rights")) << name(part);
        EXPECT_EQ(finding(diagnosis, "postgres.rights").verdict, Verdict::ok)
            << finding(diagnosis, "postgres.rights").found;
        EXPECT_EQ(finding(diagnosis, "redis.rights").verdict, Verdict::ok)
            << finding(diagnosis, "redis.rights").found;
    }
    for (const auto& each : diagnose(settings_of(Part::monitor), Part::monitor).findings) {
        EXPECT_NE(each.found, "could not be checked") << each.check << ": " << each.why;
        if (each.check != "redis.appendfsync") {
            EXPECT_THAT(each.found, ::testing::Not(HasSubstr("not visible"))) << each.check;
        }
    }
}

TEST_F(LeastPrivilege, LeavesTheDoctorNoErrorToFind) {
    stage(1);
    stream();
    consume(ConsumerName("mailer"));
    for (const Part part : postgres::parts()) {
        for (const auto& each : diagnose(settings_of(part), part).findings) {
            if (each.check == "postgres.fsync") continue;  // The test server is in a hurry.
            EXPECT_NE(each.verdict, Verdict::error)
                << name(part) << ": " << each.check << ": " << each.found << ": " << each.why;
        }
        EXPECT_TRUE(PostgresSession(settings_of(part), "shop").is_open()) << name(part);
    }
}

TEST_F(LeastPrivilege, IsMissedByTheDoctorDownToFunctionsAndSequences) {
    pipeline.database.run("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA contrail FROM \"" + prefix() +
                          "_producer\"; REVOKE ALL ON SEQUENCE contrail.current_segment FROM \"" + prefix() +
                          "_producer\"");
    EXPECT_THAT(finding(diagnose(settings_of(Part::producer), Part::producer), "postgres.rights").found,
                AllOf(HasSubstr("EXECUTE on stage"), HasSubstr("SELECT on current_segment")));
}

TEST_F(LeastPrivilege, IsEnoughToParkRecordsAndToHaveThemRetried) {
    stage(2);
    stream();
    const ConsumerName mailer("mailer");
    const auto checkpoints = postgres_checkpoints(settings_of(Part::consumer));
    const auto log = redis_log(settings_of(Part::consumer));
    bool refuses = true;
    Consumer consumer(
        mailer, *log, *checkpoints,
        [&](Transaction&, std::span<const Record>) {
            if (refuses) throw std::runtime_error("no");
        },
        {.read_wait_max = std::chrono::milliseconds(0),
         .on_refusal = OnRefusal::park,
         .handler_attempts_max = 1,
         .marked_check_every = std::chrono::milliseconds(0)},
        system_clock());
    postgres::DeadLetters letters(settings_of(Part::admin));
    const auto run_until_parked = [&](std::uint64_t count) {
        for (int steps_left = 20; letters.count(mailer) != count && steps_left > 0; --steps_left) {
            try {
                consumer.run_once();
            } catch (const Error& refused) {
                EXPECT_EQ(refused.retry(), Retry::transaction) << refused.what();
            }
        }
        EXPECT_EQ(letters.count(mailer), count);
    };

    run_until_parked(2);
    refuses = false;
    EXPECT_EQ(letters.mark(mailer, {}), 2);
    run_until_parked(0);
}

TEST_F(LeastPrivilege, IsEnoughForAConsumerInAnotherLanguage) {
    AdminPostgres client(settings_of(Part::consumer).database_url);
    for (const std::string call : {
             "SELECT contrail.register('client', 'rides', '0-0')",
             "BEGIN; SELECT contrail.begin_batch('client', 'rides')",
             "SELECT contrail.advance('client', 'rides', '0-0', '1-1')",
             "SELECT contrail.park('client', 'rides', '1-2', 'create', 'ride', '{}', 'no')",
             "COMMIT; SELECT contrail.has_marked('client', 'rides')",
             "UPDATE contrail.dead_letters SET marked_at = now()",
             "SELECT contrail.park_again('client', 'rides', '1-2', 'no')",
             "UPDATE contrail.dead_letters SET marked_at = now()",
             "BEGIN; SELECT contrail.begin_batch('client', 'rides')",
             "SELECT record_id FROM contrail.take_marked('client', 'rides'); COMMIT",
         })
        EXPECT_EQ(refusal([&] { client.run(call); }), "") << call;
    AdminPostgres monitor(settings_of(Part::monitor).database_url);
    EXPECT_THAT(refusal([&] { monitor.run("SELECT contrail.begin_batch('client', 'rides')"); }),
                HasSubstr("permission denied"));
}

TEST_F(LeastPrivilege, IsEnoughForAnAdmin) {
    stage(3);
    stream();
    const ConsumerName mailer("mailer");
    consume(mailer);
    const Settings settings = settings_of(Part::admin);
    const auto log = redis_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    const auto segments = postgres_consumer_segments(settings);
    execute(operations::plan_reset(mailer, "earliest", *checkpoints, *segments, *log, system_clock()),
            *checkpoints, *segments, *log, system_clock(), std::chrono::milliseconds(0));
    EXPECT_EQ(consume(mailer), 3);
    EXPECT_NO_THROW(retain(Part::admin));
    EXPECT_FALSE(operations::runs(mailer, *log, system_clock(), std::chrono::milliseconds(0)));
    EXPECT_TRUE(postgres_outbox(settings)->registry().forget(mailer));
}

TEST_F(LeastPrivilege, IsEnoughToClaimSplitAndMerge) {
    const ConsumerName mailer("mailer");
    stage(3);
    stream();
    consume(mailer);
    const auto consumers = postgres_consumer_segments(settings_of(Part::consumer));
    const auto admins = postgres_consumer_segments(settings_of(Part::admin));

    consumers->split(mailer, 1);
    EXPECT_EQ(consumers->claim(mailer, "one", 8).numbers.size(), 2U);
    EXPECT_THAT(refusal([&] { consumers->merge(mailer, 2); }), HasSubstr("permission denied"))
        << "it deletes a checkpoint";
    admins->merge(mailer, 2);
    EXPECT_EQ(consumers->claim(mailer, "one", 8).numbers.size(), 1U);
    consumers->release(mailer, "one");
    EXPECT_EQ(consume(mailer), 0U) << "an ordinary consumer again, which has applied all";
}

TEST_F(LeastPrivilege, IsNeededToHoldUpClaims) {
    AdminPostgres monitor(settings_of(Part::monitor).database_url);
    EXPECT_THAT(refusal([&] {
                    monitor.run("BEGIN; LOCK TABLE contrail.consumer_instances IN SHARE ROW EXCLUSIVE MODE");
                }),
                HasSubstr("permission denied"));
}

TEST_F(LeastPrivilege, IsEnoughToReconcile) {
    for (const Part part : {Part::reconciler, Part::admin}) {
        stage(2);
        EXPECT_TRUE(Reconciliation(settings_of(part)).last_id() > RecordId{}) << name(part);
    }
    stream();
    EXPECT_EQ(finding(diagnose(settings_of(Part::reconciler), Part::reconciler), "postgres.rights").verdict,
              Verdict::ok);
    for (const Part part : {Part::producer, Part::consumer, Part::monitor})
        EXPECT_THAT(refusal([&] { Reconciliation{settings_of(part)}; }), HasSubstr("permission denied"));
}

TEST_F(LeastPrivilege, RefusesInPostgresWhatIsNotGranted) {
    struct Case {
        Part part;
        const char* statement;
    };
    const Case cases[] = {
        {Part::producer, "SELECT data FROM contrail.staged_log_records"},
        {Part::producer,
         "INSERT INTO contrail.staged_log_records (xid, action, object, data) VALUES ('3', 'a', 'o', '{}')"},
        {Part::producer,
         "INSERT INTO contrail.staged_log_records (segment, action, object, data) VALUES (1, 'a', 'o', "
         "'{}')"},
        {Part::producer, "TRUNCATE contrail.staged_log_records_0"},
        {Part::producer, "SELECT setval('contrail.current_segment', 1)"},
        {Part::producer, "SELECT * FROM contrail.batches"},
        {Part::producer, "SELECT * FROM contrail.checkpoints"},
        {Part::streamer, "SELECT contrail.stage('create', 'ride', '{}')"},
        {Part::streamer, "TRUNCATE contrail.staged_log_records"},
        {Part::streamer, "UPDATE contrail.batches SET first_offset = 1"},
        {Part::streamer, "UPDATE contrail.checkpoints SET last_id = '1-1'"},
        {Part::streamer, "DELETE FROM contrail.consumers"},
        {Part::streamer, "INSERT INTO contrail.schema_version VALUES (9, 'x')"},
        {Part::consumer, "SELECT contrail.stage('create', 'ride', '{}')"},
        {Part::consumer, "SELECT id FROM contrail.staged_log_records"},
        {Part::consumer, "SELECT * FROM contrail.batches"},
        {Part::consumer, "SELECT * FROM contrail.consumers"},
        {Part::consumer, "DELETE FROM contrail.checkpoints"},
        {Part::consumer, "UPDATE contrail.dead_letters SET data = ''"},
        {Part::reconciler, "DELETE FROM contrail.batches"},
        {Part::reconciler, "UPDATE contrail.batches SET snapshot = '1:1:'"},
        {Part::reconciler, "SELECT contrail.stage('create', 'ride', '{}')"},
        {Part::reconciler, "SELECT * FROM contrail.checkpoints"},
        {Part::monitor, "SELECT * FROM contrail.dead_letters"},
        {Part::consumer, "UPDATE contrail.checkpoints SET consumer = 'other'"},
        {Part::monitor, "SELECT contrail.stage('create', 'ride', '{}')"},
        {Part::monitor, "SELECT data FROM contrail.staged_log_records"},
        {Part::monitor, "SELECT setval('contrail.current_segment', 1)"},
        {Part::monitor, "UPDATE contrail.checkpoints SET last_id = '0-0'"},
        {Part::monitor, "DELETE FROM contrail.consumers"},
        {Part::monitor, "DELETE FROM contrail.batches"},
        {Part::admin, "SELECT contrail.stage('create', 'ride', '{}')"},
        {Part::admin, "TRUNCATE contrail.checkpoints"},
        {Part::admin, "DROP TABLE contrail.consumers"},
    };
    for (const Case& each : cases) {
        AdminPostgres user(settings_of(each.part).database_url);
        EXPECT_THAT(refusal([&] { user.run(each.statement); }),
                    AnyOf(HasSubstr("permission denied"), HasSubstr("must be owner")))
            << name(each.part) << ": " << each.statement;
    }
}

TEST_F(LeastPrivilege, RefusesInRedisWhatIsNotGranted) {
    const std::string stream = pipeline.settings.stream_name;
    const std::pair<Part, std::string> cases[] = {
        {Part::streamer, "FLUSHALL"},
        {Part::streamer, "DEL " + stream},
        {Part::streamer, "CONFIG SET maxmemory 1"},
        {Part::streamer, "KEYS *"},
        {Part::streamer, "XADD another 1-1 f v"},
        {Part::streamer, "EVAL return(redis.call('DEL',KEYS[1])) 1 " + stream},
        {Part::consumer, "XADD " + stream + " 1-1 f v"},
        {Part::consumer, "XTRIM " + stream + " MAXLEN 0"},
        {Part::consumer, "DEL " + stream},
        {Part::consumer, "HSET " + stream + ":cut_off a b"},
        {Part::consumer, "EVAL return(redis.call('XADD',KEYS[1],'1-1','f','v')) 1 " + stream},
        {Part::consumer, "XREAD STREAMS another 0"},
        {Part::monitor, "XADD " + stream + " 1-1 f v"},
        {Part::monitor, "XRANGE " + stream + " - +"},
        {Part::monitor, "HSET " + stream + ":positions a b"},
        {Part::monitor, "CONFIG SET maxmemory 1"},
        {Part::monitor, "CONFIG GET requirepass"},
        {Part::consumer, "HGETALL " + stream + ":positions"},
        {Part::admin, "FLUSHALL"},
        {Part::admin, "CONFIG SET maxmemory 1"},
        {Part::admin, "CONFIG GET masterauth"},
        {Part::admin, "XADD another 1-1 f v"},
    };
    for (const auto& [part, command] : cases) {
        AdminRedis user(pipeline.settings.log_url);
        user.run({"AUTH", user_of(part), "secret"});
        EXPECT_THAT(
            refusal([&, &command = command] { user.run(words_of(command)); }),
            AnyOf(HasSubstr("NOPERM"), HasSubstr("The user executing the script can't run this command"),
                  HasSubstr("this user has no permissions to access one of the keys")))
            << name(part) << ": " << command;
    }
}

TEST_F(LeastPrivilege, IsGivenAgainAndNoMoreThanThat) {
    const std::string role = prefix() + "_consumer";
    pipeline.database.run("GRANT ALL ON ALL TABLES IN SCHEMA contrail TO \"" + role + '"');
    postgres::make_roles(pipeline.settings, prefix());
    AdminPostgres consumer(settings_of(Part::consumer).database_url);
    EXPECT_THAT(refusal([&] { consumer.run("DELETE FROM contrail.batches"); }),
                HasSubstr("permission denied"));
    EXPECT_EQ(finding(diagnose(settings_of(Part::consumer), Part::consumer), "postgres.rights").verdict,
              Verdict::ok);
}

TEST_F(LeastPrivilege, IsPrintedAsItIsGiven) {
    pipeline.database.run(postgres::roles_text(prefix(), "contrail"));
    EXPECT_EQ(finding(diagnose(settings_of(Part::monitor), Part::monitor), "postgres.rights").verdict,
              Verdict::ok);
}

TEST(RoleNames, AreOnesThatNeedNoCare) {
    for (const char* prefix : {"", "pg", "a b", "a\"b", "a'; DROP TABLE x", "ü"}) {
        if (std::string_view(prefix) == "pg") continue;
        EXPECT_THROW(postgres::roles_text(prefix, "contrail"), Error) << prefix;
    }
    EXPECT_THROW(postgres::roles_text("pg_x", "contrail"), Error);
    const std::size_t characters_max =
        63 - std::string_view("_reconciler").size();  // the longest that follows
    EXPECT_THROW(postgres::roles_text(std::string(characters_max + 1, 'x'), "contrail"), Error);
    EXPECT_NO_THROW(postgres::roles_text(std::string(characters_max, 'x'), "contrail"));
}

}  // namespace contrail::test
