#include "integration/failover/flow.hpp"

#include <span>
#include <utility>

#include "contrail/clock.hpp"
#include "contrail/consumer.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "contrail/streamer.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

Flow::Flow(const Settings& settings) : settings_(settings), database_(settings.database_url) {
    // `place` is in the order in which the records were applied.
    database_.run("CREATE TABLE applied (place serial, number bigint PRIMARY KEY)");
    consumer_ = start(&Flow::consume);
    streamer_ = start(&Flow::stream);
    producer_ = start(&Flow::stage);
}

void Flow::wait_for_progress() {
    const std::uint64_t target = staged_ + 1;
    wait_until("record " + std::to_string(target) + " is applied", [&] {
        throw_failure();
        return applied() >= target;
    });
}

std::string Flow::finish() {
    producer_.request_stop();
    producer_.join();
    wait_until("all records are applied", [&] {
        throw_failure();
        return applied() >= staged_;
    });
    return database_.value(
        "SELECT string_agg(format('number %s was applied in place %s', number, row), E'\\n') "
        "FROM (SELECT number, row_number() OVER (ORDER BY place) AS row FROM applied) AS each "
        "WHERE number <> row");
}

void Flow::stage(const std::stop_token& stop) {
    // A fail-over takes seconds. As many records as fit would keep the servers busy that are to fail over, and the
    // consumer long after them.
    constexpr Clock::Pause pause = std::chrono::milliseconds(2);
    AdminPostgres database(settings_.database_url);
    while (!stop.stop_requested()) {
        database.run("SELECT contrail.stage('create', 'ride', '" + std::to_string(staged_ + 1) + "')");
        ++staged_;
        system_clock().wait(pause, stop);
    }
}

void Flow::stream(const std::stop_token& stop) {
    const auto outbox = postgres_outbox(settings_);
    const auto log = open_log(settings_);
    Streamer(*outbox, *log, system_clock(), {}).run(stop);
}

void Flow::consume(const std::stop_token& stop) {
    const auto log = open_log(settings_);
    const auto checkpoints = postgres_checkpoints(settings_);
    const Handler apply = [](Transaction& transaction, std::span<const Record> records) {
        for (const Record& record : records)
            sql(transaction).execute("INSERT INTO applied (number) VALUES ($1)", {record.data});
    };
    Consumer(ConsumerName("flow"), *log, *checkpoints, apply).run(stop);
}

std::jthread Flow::start(void (Flow::*work)(const std::stop_token&)) {
    return std::jthread([this, work](const std::stop_token& stop) {
        try {
            (this->*work)(stop);
        } catch (...) {
            const std::lock_guard guard(lock_);
            if (!failure_) failure_ = std::current_exception();
        }
    });
}

void Flow::throw_failure() {
    const std::lock_guard guard(lock_);
    if (failure_) std::rethrow_exception(failure_);
}

std::uint64_t Flow::applied() {
    return std::stoull(database_.value("SELECT count(*) FROM applied"));
}

}  // namespace contrail::test
