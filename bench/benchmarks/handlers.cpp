#include <memory>
#include <string>
#include <vector>

#include "bench/adder.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "contrail/consumer.hpp"
#include "contrail/log.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "handlers/record_json.hpp"
#include "handlers/sql_function.hpp"

namespace contrail::bench {

namespace {

/// Of a batch, as `contrail consume --batch-records-max 1000` has it.
constexpr std::size_t batch_records_max = 1'000;

/// A function with one statement for a whole batch, as docs/consumers.md recommends.
struct Function {
    std::string setting;
    std::string name;
    std::string body;
};

const Function functions[] = {
    {"adds up", "add_up",
     "INSERT INTO ride_totals SELECT (r->>'time')::timestamptz::date, count(*), sum((r->'data'->>'distance')::float8) "
     "FROM jsonb_array_elements(records) r GROUP BY 1 "
     "ON CONFLICT (day) DO UPDATE SET rides = ride_totals.rides + excluded.rides, "
     "metres = ride_totals.metres + excluded.metres"},
    {"inserts rows", "insert_rows",
     "INSERT INTO rides SELECT (r->'data'->>'id')::bigint, (r->'data'->>'distance')::float8 "
     "FROM jsonb_array_elements(records) r"}};

void create(const Site& site, const Function& function) {
    site.database().run(
        "CREATE TABLE IF NOT EXISTS ride_totals (day date PRIMARY KEY, rides bigint, metres float8);"
        "CREATE TABLE IF NOT EXISTS rides (id bigint, metres float8);"
        "CREATE OR REPLACE FUNCTION " +
        site.table(function.name) + "(records jsonb) RETURNS void LANGUAGE sql AS $$ " + function.body +
        " $$");
}

/// All records of the log, as the arrays that the function is called with.
std::vector<std::string> batches(const Site& site) {
    const auto log = redis_log(site.settings());
    handlers::RecordJson writer;
    std::vector<std::string> all;
    std::vector<Record> records;
    for (RecordId after; log->head() > after; after = records.back().id) {
        log->read_begin(after, {.records_max = batch_records_max}, std::chrono::seconds(1));
        log->read_end(records);
        writer.append_array(all.emplace_back(), records);
    }
    return all;
}

/// The database's share: the same calls, each a transaction, with no log, no checkpoint and no record to write as JSON.
double bare(const Site& site, const Function& function, const std::vector<std::string>& arrays,
            std::uint64_t records) {
    site.database().run("DEALLOCATE ALL");
    site.database().prepare("call", "SELECT " + site.table(function.name) + "($1::jsonb)");
    const Stopwatch watch;
    for (const std::string& array : arrays) site.database().run_prepared("call", array);
    return watch.rate(records);
}

double called_by_a_consumer(const Site& site, const Function& function, std::uint64_t records) {
    static int number = 0;
    const ConsumerName name("function" + std::to_string(++number));
    handlers::SqlFunction handler(name, {site.settings().schema, function.name});
    const auto log = redis_log(site.settings());
    const auto checkpoints = postgres_checkpoints(site.settings());
    Consumer consumer(
        name, *log, *checkpoints,
        [&](Transaction& transaction, std::span<const Record> batch) { handler.apply(transaction, batch); },
        {.batch = {.records_max = batch_records_max}});
    const Stopwatch watch;
    for (std::uint64_t consumed = 0; consumed < records;) consumed += consumer.run_once();
    return watch.rate(records);
}

double added_up(const Site& site, const RecordFilter& filter, std::uint64_t records) {
    static int number = 0;
    Adder adder(site.settings(), "filtered" + std::to_string(++number), {.filter = filter});
    const Stopwatch watch;
    adder.consume(records);
    return watch.rate(records);
}

}  // namespace

void measure_function(Bench& bench) {
    bench.note("Batches of " + std::to_string(batch_records_max) +
               " records. The bare loop calls the function with the same arrays, which it has made before.");
    const Site site(bench.servers(), Keeping::on_disk);
    site.stage(bench.records());
    site.stream();
    const auto arrays = batches(site);
    bench.repeat([&] {
        for (const Function& function : functions) {
            create(site, function);
            bench.record({function.setting, "bare calls", "records/s"},
                         bare(site, function, arrays, bench.records()));
            bench.record({function.setting, "contrail", "records/s", {{"bare calls"}}},
                         called_by_a_consumer(site, function, bench.records()));
        }
    });
}

void measure_filter(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    site.stage(bench.records());
    site.stream();
    const std::string none = "no filter";
    bench.repeat([&] {
        const auto record = [&](const std::string& subject, const RecordFilter& filter,
                                std::optional<Series::Limit> limit = {}) {
            bench.record({"", subject, "records/s", std::move(limit)},
                         added_up(site, filter, bench.records()));
        };
        record(none, {});
        record("every record matches", {.objects = {"ride"}, .actions = {"create"}}, {{none}});
        record("no record matches", {.objects = {"driver"}}, {{none}});
    });
}

}  // namespace contrail::bench
