// Rates of the stages on private servers of this machine, each beside the bare work that bounds it: only
// their ratio says something about Contrail. Run by `make bench`.

#include <benchmark/benchmark.h>

#include "contrail/consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/streamer.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

namespace {

constexpr std::int64_t backlog = 200'000;

void stage_backlog(Pipeline& pipeline) {
    pipeline.database.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) "
        "SELECT 'create', 'ride', jsonb_build_object('id', i, 'distance', i * 0.5) FROM generate_series(1, " +
        std::to_string(backlog) + ") i");
}

void count_records(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * backlog);
}

/// Outbox to log: seal, read, append.
void relay(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        Pipeline pipeline;
        stage_backlog(pipeline);
        state.ResumeTiming();
        pipeline.stream();
    }
    count_records(state);
}

/// What bounds it from the one side: the same rows out of Postgres, looked at by nobody.
void copy_out_alone(benchmark::State& state) {
    Pipeline pipeline;
    stage_backlog(pipeline);
    PGconn* const connection = PQconnectdb(pipeline.settings.database_url.c_str());
    for ([[maybe_unused]] auto _ : state) {
        PQclear(PQexec(
            connection,
            "COPY (SELECT action, object, data FROM contrail.staged_log_records ORDER BY id) TO STDOUT"));
        char* row = nullptr;
        while (PQgetCopyData(connection, &row, 0) > 0) PQfreemem(row);
        PQclear(PQgetResult(connection));
    }
    PQfinish(connection);
    count_records(state);
}

/// Log to consumer: read, hand to a handler that adds up, commit with the checkpoint.
void consume(benchmark::State& state) {
    Pipeline pipeline;
    stage_backlog(pipeline);
    pipeline.stream();
    int run = 0;
    for ([[maybe_unused]] auto _ : state) {
        const auto log = redis_log(pipeline.settings);
        const auto checkpoints = postgres_checkpoints(pipeline.settings);
        std::size_t bytes = 0;
        Consumer consumer(ConsumerName("bench" + std::to_string(++run)), *log, *checkpoints,
                          [&](Transaction&, std::span<const Record> records) {
                              for (const auto& record : records) bytes += record.data.size();
                          });
        for (std::size_t consumed = 0; consumed < backlog;) consumed += consumer.run_once();
        benchmark::DoNotOptimize(bytes);
    }
    count_records(state);
}

/// What bounds it: the same reads, looked at by nobody.
void read_alone(benchmark::State& state) {
    Pipeline pipeline;
    stage_backlog(pipeline);
    pipeline.stream();
    const std::string& url = pipeline.settings.redis_url;
    redisContext* const redis = redisConnectUnix(url.substr(7, url.find('?') - 7).c_str());
    for ([[maybe_unused]] auto _ : state) {
        std::string after = "0-0";
        for (std::size_t count = 1; count > 0;) {
            auto* const reply = static_cast<redisReply*>(redisCommand(
                redis, "XRANGE %s (%s + COUNT 1000", pipeline.settings.stream_name.c_str(), after.c_str()));
            count = reply->elements;
            if (count > 0) after = reply->element[count - 1]->element[0]->str;
            freeReplyObject(reply);
        }
    }
    redisFree(redis);
    count_records(state);
}

BENCHMARK(relay)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(copy_out_alone)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(consume)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_alone)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

}  // namespace contrail::test

BENCHMARK_MAIN();
