#include "api_world.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "commands.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

Settings migrated(Settings settings) {
    rocket_rides::migrate(settings);
    return settings;
}

rocket_rides::Api::Options on_any_port(rocket_rides::Api::Options options) {
    options.port = 0;
    return options;
}

constexpr auto waiting_sessions =
    "FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

}  // namespace

ApiWorld::ApiWorld(Settings of_the_test, const rocket_rides::Api::Options& options)
    : settings(migrated(std::move(of_the_test))),
      api_(settings, on_any_port(options)),
      thread_([this](const std::stop_token& stop) { api_.run(stop); }) {}

std::uint64_t ApiWorld::transactions() {
    return std::stoull(database.value("SELECT count(DISTINCT xmin::text) FROM rides"));
}

void ApiWorld::expect_a_record_for_every_ride() {
    EXPECT_EQ(database.value("SELECT count(*) FROM contrail.staged_log_records"), std::to_string(rides()));
    EXPECT_EQ(database.value("SELECT count(*) FROM rides JOIN contrail.staged_log_records AS record"
                             " ON data = jsonb_build_object('id', rides.id, 'distance', distance)"
                             " AND (data ->> 'distance')::float8 = distance"
                             " AND record.xid::text::bigint % (1::bigint << 32) = rides.xmin::text::bigint"
                             " WHERE action = 'create' AND object = 'ride'"),
              std::to_string(rides()));
}

HeldUp::HeldUp(const std::string& database_url, At at) : session_(database_url) {
    session_.run("SELECT pg_advisory_lock(1)");
    session_.run(
        "CREATE OR REPLACE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END'");
    session_.run(at == At::insert ? "CREATE TRIGGER held_up AFTER INSERT ON rides"
                                    " FOR EACH STATEMENT EXECUTE FUNCTION wait_for_test()"
                                  : "CREATE CONSTRAINT TRIGGER held_up AFTER INSERT OR UPDATE ON rides"
                                    " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test()");
}

void HeldUp::wait_for_one() {
    wait_until("a transaction is held up",
               [&] { return session_.value(std::string("SELECT count(*) ") + waiting_sessions) != "0"; });
}

void HeldUp::cut_off() {
    session_.run(std::string("SELECT pg_terminate_backend(pid) ") + waiting_sessions);
}

}  // namespace contrail::test
