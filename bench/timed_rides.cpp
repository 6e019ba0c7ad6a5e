#include "bench/timed_rides.hpp"

#include <charconv>
#include <future>
#include <string_view>
#include <thread>

#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"

namespace contrail::bench {

namespace {

constexpr auto consumer_name = "timed";

/// A commit may take longer than the time between two rides.
constexpr std::uint64_t producers = 4;

/// Far longer than a record takes.
constexpr std::chrono::seconds patience{30};

/// jsonb stores the shortest key first: {"id": 17, "distance": 1}
std::uint64_t number_in(const std::string& ride) {
    constexpr std::string_view before = "{\"id\": ";
    std::uint64_t number = 0;
    std::from_chars(ride.data() + before.size(), ride.data() + ride.size(), number);
    return number;
}

}  // namespace

TimedRides::TimedRides(const Site& site)
    : site_(site),
      adding_up_(site.settings(), consumer_name),
      log_(redis_log(site.settings())),
      checkpoints_(postgres_checkpoints(site.settings())),
      consumer_(
          ConsumerName(consumer_name), *log_, *checkpoints_,
          [this](Transaction& transaction, std::span<const Record> records) { take(transaction, records); }) {
    consumer_.run_once();  // registers it
}

std::vector<double> TimedRides::run(std::uint64_t count, std::chrono::microseconds period) {
    Times times{std::vector<Clock::time_point>(count), std::vector<Clock::time_point>(count)};
    // Leaves time for the producers to connect.
    const Clock::time_point begin = Clock::now() + std::chrono::milliseconds(100);
    std::vector<std::future<void>> producing;
    for (std::uint64_t first = 0; first < producers; ++first) {
        producing.push_back(
            std::async(std::launch::async, [&, first] { produce(first, begin, period, times); }));
    }
    consume(times);
    for (auto& producer : producing) producer.get();

    std::vector<double> milliseconds;
    for (std::uint64_t ride = 0; ride < count; ++ride) {
        const std::chrono::duration<double, std::milli> took = times.applied[ride] - times.committed[ride];
        milliseconds.push_back(took.count());
    }
    return milliseconds;
}

void TimedRides::produce(std::uint64_t first, Clock::time_point begin, std::chrono::microseconds period,
                         Times& times) const {
    const BarePostgres postgres(site_.settings().database_url);
    postgres.prepare("stage", "INSERT INTO " + site_.table("staged_log_records") +
                                  " (action, object, data) VALUES ('create', 'ride', "
                                  "jsonb_build_object('id', $1::bigint, 'distance', 1))");
    for (std::uint64_t ride = first; ride < times.committed.size(); ride += producers) {
        std::this_thread::sleep_until(begin + ride * period);
        postgres.run_prepared("stage", std::to_string(ride));
        times.committed[ride] = Clock::now();
    }
}

void TimedRides::consume(Times& times) {
    Clock::time_point last = Clock::now();
    for (std::uint64_t applied = 0; applied < times.applied.size();) {
        const std::size_t consumed = consumer_.run_once();
        const Clock::time_point now = Clock::now();
        if (consumed == 0 && now - last > patience)
            throw Error(Retry::never, "The benchmark stopped: the consumer applied " +
                                          std::to_string(applied) +
                                          " rides, and no further one for half a minute.");
        if (consumed == 0) continue;
        last = now;
        for (const std::uint64_t ride : taken_) times.applied[ride] = now;
        applied += consumed;
    }
}

void TimedRides::take(Transaction& transaction, std::span<const Record> records) {
    taken_.clear();
    for (const Record& record : records) taken_.push_back(number_in(record.data));
    adding_up_(transaction, records);
}

}  // namespace contrail::bench
