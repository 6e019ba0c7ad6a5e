// How large the stream and the outbox get while many records pass through the fleet: streamer, two consumers,
// writers that never wait. Prints the greatest sizes seen, and what is left at the end.
//
//   sizes_bench [records]

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "migrate.hpp"
#include "servers/child_process.hpp"
#include "support/admin_postgres.hpp"
#include "support/admin_redis.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

constexpr int writers = 2;
constexpr std::uint64_t transaction_records = 500;

servers::ChildProcess start(const Settings& settings, std::vector<std::string> arguments) {
    servers::Command command;
    command.arguments = {CONTRAIL_PROGRAMS "/rocket_rides", "--log-level", "warning"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = {{"DATABASE_URL", settings.database_url},
                           {"REDIS_URL", settings.redis_url},
                           {"STREAM_NAME", settings.stream_name}};
    return servers::ChildProcess(command);
}

void write(const Settings& settings, std::atomic<std::uint64_t>& written, std::uint64_t records) {
    AdminPostgres connection(settings.database_url);
    while (written < records) {
        connection.run(
            "WITH ride AS (INSERT INTO rides (distance) SELECT 5 + i FROM generate_series(1, " +
            std::to_string(transaction_records) +
            ") i RETURNING id, distance) INSERT INTO contrail.staged_log_records (action, object, data) "
            "SELECT 'create', 'ride', jsonb_build_object('id', id, 'distance', distance) FROM ride");
        written += transaction_records;
    }
}

struct Sizes {
    std::uint64_t outbox_bytes = 0, stream_bytes = 0, stream_records = 0, lag_records = 0;

    void take_greatest(const Sizes& other) {
        outbox_bytes = std::max(outbox_bytes, other.outbox_bytes);
        stream_bytes = std::max(stream_bytes, other.stream_bytes);
        stream_records = std::max(stream_records, other.stream_records);
        lag_records = std::max(lag_records, other.lag_records);
    }
    void print(const char* when) const {
        std::printf(
            "%-9s outbox %7.1f MiB  stream %7.1f MiB, %9llu records  lag %9llu records\n", when,
            static_cast<double>(outbox_bytes) / (1 << 20), static_cast<double>(stream_bytes) / (1 << 20),
            static_cast<unsigned long long>(stream_records), static_cast<unsigned long long>(lag_records));
    }
};

class Observer {
public:
    explicit Observer(const Settings& settings)
        : stream_(settings.stream_name),
          database_(settings.database_url),
          redis_(settings.redis_url) {}

    std::uint64_t consumed() {
        return number(database_.value("SELECT coalesce(min(last_offset), 0) FROM contrail.checkpoints"));
    }

    Sizes sizes(std::uint64_t written) {
        const std::uint64_t done = consumed();
        return {.outbox_bytes =
                    number(database_.value("SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits "
                                           "WHERE inhparent = 'contrail.staged_log_records'::regclass")),
                .stream_bytes = number("0" + redis_.run({"MEMORY", "USAGE", stream_})),
                .stream_records = number(redis_.run({"XLEN", stream_})),
                .lag_records = written > done ? written - done : 0};
    }

private:
    static std::uint64_t number(const std::string& text) { return std::stoull(text); }

    std::string stream_;
    AdminPostgres database_;
    AdminRedis redis_;
};

int run(std::uint64_t records) {
    const Settings settings = fresh_settings();
    rocket_rides::migrate(settings);
    auto streamer = start(settings, {"streamer", "--double-send-rate", "0"});
    auto consumer0 = start(settings, {"consumer", "consumer0", "--quiet", "--crash", "none"});
    auto consumer1 = start(settings, {"consumer", "consumer1", "--quiet", "--crash", "none"});

    std::atomic<std::uint64_t> written = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) threads.emplace_back([&] { write(settings, written, records); });

    Observer observer(settings);
    Sizes greatest;
    const auto begin = std::chrono::steady_clock::now();
    for (bool done = false; !done;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        done = written >= records && observer.consumed() >= written;
        greatest.take_greatest(observer.sizes(written));
        std::fprintf(stderr, "\r%llu written, %llu consumed ",
                     static_cast<unsigned long long>(written.load()),
                     static_cast<unsigned long long>(observer.consumed()));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("\n%llu records in %.0f s, %.0f records/s\n", static_cast<unsigned long long>(written.load()),
                took.count(), static_cast<double>(written) / took.count());
    greatest.print("greatest");
    std::this_thread::sleep_for(std::chrono::seconds(5));  // a few passes of retention
    observer.sizes(written).print("at rest");
    return 0;
}

}  // namespace

}  // namespace contrail::test

int main(int argc, char** argv) {
    return contrail::test::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000);
}
