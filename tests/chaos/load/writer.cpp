#include "chaos/load/writer.hpp"

#include <string>
#include <utility>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "postgres/schema.hpp"

namespace chaos {

using contrail::Error;
using contrail::Retry;
using contrail::postgres::Attempt;
using contrail::postgres::Effect;
using contrail::postgres::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto create = R"(
    WITH ride AS (INSERT INTO rides (distance) VALUES ($1) RETURNING id, distance)
    SELECT @schema@.stage('create', 'ride', jsonb_build_object('id', id, 'distance', distance), key => id::text,
                          headers => jsonb_build_object('writer', pg_backend_pid())) FROM ride)";

// Locks the ride. A later statement changes it, and so sees the state that the lock waited for.
constexpr auto choose = "SELECT id, distance FROM rides ORDER BY id DESC OFFSET $1 LIMIT 1 FOR UPDATE";

constexpr auto update = R"(
    WITH ride AS (UPDATE rides SET distance = $2 WHERE id = $1)
    SELECT @schema@.stage('update', 'ride', jsonb_build_object(
        'id', $1::bigint, 'distance', $2::float8, 'previous_distance', $3::float8)))";

constexpr auto remove = R"(
    WITH ride AS (DELETE FROM rides WHERE id = $1)
    SELECT @schema@.stage('delete', 'ride', jsonb_build_object(
        'id', $1::bigint, 'previous_distance', $2::float8)))";

constexpr Attempt in_transaction{.what = "change rides", .effect = Effect::transaction};

// It leaves older rides alone.
constexpr int newest_rides = 20;
constexpr auto pause_between = 20ms;
constexpr auto pause_after_failure = 200ms;

constexpr contrail::postgres::Waits waits{.connect_max = 5s, .answer_max = 10s};

}  // namespace

Writer::Writer(contrail::Settings settings, std::uint64_t seed, History& history)
    : schema_(contrail::postgres::quoted_schema(settings.schema)),
      random_(seed),
      history_(history),
      connection_(std::move(settings.database_url), "writer", waits, [](auto&) {}),
      thread_([this](const std::stop_token& stop) {
          write(stop);
          ended_ = true;
      }) {}

void Writer::write(const std::stop_token& stop) {
    contrail::Clock& clock = contrail::system_clock();
    while (!stop.stop_requested()) {
        Numbers numbers;
        try {
            transact(numbers, stop);
            clock.wait(pause_between, stop);
        } catch (const Error&) {
            // Postgres is away, or two writers deadlocked. The transaction never reached commit().
            connection_.close();
            settle(numbers, Outcome::withdrawn);
            clock.wait(pause_after_failure, stop);
        }
    }
}

void Writer::transact(Numbers& numbers, const std::stop_token& stop) {
    connection_.open();
    connection_.run({.what = "begin to change rides", .effect = Effect::transaction, .for_service = true},
                    "BEGIN");
    for (int left = std::uniform_int_distribution(1, 4)(random_); left > 0; --left) {
        if (chance(0.6))
            create_ride(numbers);
        else
            change_a_ride(numbers);
    }
    if (chance(0.05))
        contrail::system_clock().wait(1ms * std::uniform_int_distribution(1, 1'000)(random_), stop);
    if (chance(0.1)) {
        connection_.run(in_transaction, "ROLLBACK");
        settle(numbers, Outcome::withdrawn);
    } else {
        commit(numbers);
    }
}

void Writer::create_ride(Numbers& numbers) {
    numbers.push_back(history_.begin());
    connection_.run(in_transaction, contrail::postgres::in_schema(create, schema_),
                    {std::to_string(numbers.back())});
}

void Writer::change_a_ride(Numbers& numbers) {
    const int place = std::uniform_int_distribution(0, newest_rides - 1)(random_);
    const Result ride = connection_.run(in_transaction, choose, {std::to_string(place)});
    if (ride.rows() == 0) return;
    const std::string id(ride.text(0, 0));
    const std::string distance(ride.text(0, 1));
    if (chance(0.2)) {
        connection_.run(in_transaction, contrail::postgres::in_schema(remove, schema_), {id, distance});
        return;
    }
    numbers.push_back(history_.begin());
    connection_.run(in_transaction, contrail::postgres::in_schema(update, schema_),
                    {id, std::to_string(numbers.back()), distance});
}

void Writer::commit(const Numbers& numbers) {
    try {
        connection_.run(Attempt{.what = "commit the rides", .effect = Effect::commit}, "COMMIT");
        settle(numbers, Outcome::acknowledged);
    } catch (const Error& error) {
        connection_.close();
        if (error.retry() != Retry::in_doubt) settle(numbers, Outcome::withdrawn);
    }
}

void Writer::settle(const Numbers& numbers, Outcome outcome) {
    for (const std::uint64_t number : numbers) history_.settle(number, outcome);
}

bool Writer::chance(double share) {
    return std::bernoulli_distribution(share)(random_);
}

}  // namespace chaos
