// What a transaction that somebody leaves open costs a relay: ours, and beside it the plain outbox that most
// services begin with (read by id, send, delete). Each relays the same records from an outbox of its own, in
// turns of a few thousand, with and without such a transaction, interleaved. Only the ratios matter.
//
//   open_transaction_bench [records] [rounds]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr int turn_records = 10'000;

/// Stages a turn's records, then relays them; the relaying alone is measured.
class Relay {
public:
    virtual ~Relay() = default;
    virtual void stage() = 0;
    virtual void drain() = 0;

    Pipeline pipeline;
};

std::string insert_into(const std::string& table) {
    return "INSERT INTO " + table +
           " (action, object, data) SELECT 'create', 'ride', jsonb_build_object('id', i, 'distance', i * "
           "0.5) "
           "FROM generate_series(1, " +
           std::to_string(turn_records) + ") i";
}

class Contrail : public Relay {
public:
    void stage() override { pipeline.database.run(insert_into("contrail.staged_log_records")); }
    void drain() override {
        while (streamer_.run_once() > 0) {
        }
        log_->report_position(ConsumerName("bench"), log_->head());
        retention_.run_once();
    }

private:
    std::unique_ptr<Outbox> outbox_ = postgres_outbox(pipeline.settings);
    std::unique_ptr<Log> log_ = redis_log(pipeline.settings);
    StreamerEvents nobody_;
    RetentionEvents nobody_retains_;
    Streamer streamer_{*outbox_, *log_, system_clock(), {}, nobody_};
    Retention retention_{*outbox_, *log_, system_clock(), {}, nobody_retains_};
};

/// Autovacuum does what it can for this one.
class PlainOutbox : public Relay {
public:
    PlainOutbox() {
        pipeline.database.run(
            "CREATE TABLE outbox (id bigserial PRIMARY KEY, action text, object text, data jsonb)");
    }
    void stage() override { pipeline.database.run(insert_into("outbox")); }
    void drain() override {
        while (relay_a_chunk()) {
        }
    }

private:
    bool relay_a_chunk() {
        const auto query = [&](const char* sql) { return PQexec(connection_.get(), sql); };
        PQclear(query("BEGIN"));
        PGresult* const rows = query("SELECT id, action, object, data FROM outbox ORDER BY id LIMIT 1000");
        const int count = PQntuples(rows);
        for (int row = 0; row < count; ++row) {
            redisAppendCommand(redis_.get(), "XADD plain * action %s object %s data %s",
                               PQgetvalue(rows, row, 1), PQgetvalue(rows, row, 2), PQgetvalue(rows, row, 3));
        }
        for (int row = 0; row < count; ++row) {
            void* reply = nullptr;
            redisGetReply(redis_.get(), &reply);
            freeReplyObject(reply);
        }
        if (count > 0) {
            const std::string last = PQgetvalue(rows, count - 1, 0);
            PQclear(query(("DELETE FROM outbox WHERE id <= " + last).c_str()));
        }
        PQclear(rows);
        PQclear(query("COMMIT"));
        return count > 0;
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{
        PQconnectdb(pipeline.settings.database_url.c_str()), PQfinish};
    std::unique_ptr<redisContext, decltype(&redisFree)> redis_{
        redisConnectUnix(
            pipeline.settings.redis_url.substr(7, pipeline.settings.redis_url.find('?') - 7).c_str()),
        redisFree};
};

/// Records per second.
template <class Kind>
double rate(int records, bool open_transaction) {
    Kind relay;
    std::optional<AdminPostgres> elsewhere;
    if (open_transaction) {
        elsewhere.emplace(relay.pipeline.settings.database_url);
        // It has an id and a snapshot: the worst that a forgotten session can hold.
        elsewhere->run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id(); SELECT 1");
    }
    Seconds relaying{};
    for (int staged = 0; staged < records; staged += turn_records) {
        relay.stage();
        const auto begin = std::chrono::steady_clock::now();
        relay.drain();
        relaying += std::chrono::steady_clock::now() - begin;
    }
    return records / relaying.count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

template <class Kind>
struct Rates {
    std::vector<double> undisturbed, disturbed, ratios;

    void measure(int records) {
        undisturbed.push_back(rate<Kind>(records, false));
        disturbed.push_back(rate<Kind>(records, true));
        ratios.push_back(disturbed.back() / undisturbed.back());
    }
    void print(const char* name) const {
        const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
        std::printf("%-14s  %12.0f  %12.0f  %5.2f  (%.2f to %.2f)\n", name, median(undisturbed),
                    median(disturbed), median(ratios), *least, *most);
    }
};

int run(int records, int rounds) {
    Rates<Contrail> contrail;
    Rates<PlainOutbox> plain;
    for (int round = 1; round <= rounds; ++round) {
        std::fprintf(stderr, "round %d of %d\n", round, rounds);
        contrail.measure(records);
        plain.measure(records);
    }
    std::printf("%d records, records/s       alone  with an open transaction, ratio (least to most)\n",
                records);
    contrail.print("contrail");
    plain.print("plain outbox");
    return 0;
}

}  // namespace

}  // namespace contrail::test

int main(int argc, char** argv) {
    return contrail::test::run(argc > 1 ? std::atoi(argv[1]) : 500'000, argc > 2 ? std::atoi(argv[2]) : 3);
}
