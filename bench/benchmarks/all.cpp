#include "bench/benchmarks/measures.hpp"

namespace contrail::bench {

std::span<const Benchmark> benchmarks() {
    static constexpr Benchmark all[] = {
        // name, what; records and runs: usual, quick, full; how
        {"relay",
         "from the outbox into the log",  //
         {200'000, 5},
         {2'000, 2},
         {1'000'000, 9},
         measure_relay},
        {"consume",
         "from the log into a consumer's table",  //
         {500'000, 5},
         {5'000, 2},
         {1'000'000, 9},
         measure_consume},
        {"function",
         "from the log into a SQL function, as `contrail consume --function` calls it",  //
         {200'000, 5},
         {5'000, 2},
         {1'000'000, 9},
         measure_function},
        {"filter",
         "from the log into a consumer that leaves records out",  //
         {500'000, 5},
         {5'000, 2},
         {1'000'000, 9},
         measure_filter},
        {"api",
         "rides posted to Rocket Rides' API, and stored",  //
         {100'000, 3},
         {1'000, 1},
         {500'000, 5},
         measure_api},
        {"latency",
         "from a producer's commit to a consumer's",  //
         {5'000, 3},
         {100, 1},
         {20'000, 5},
         measure_latency},
        {"end-to-end",
         "staged in hundreds, relayed, and consumed by two, at the same time",  //
         {1'000'000, 3},
         {2'000, 1},
         {5'000'000, 3},
         measure_end_to_end},
        {"idle",
         "a fleet with nothing to do, and its page open; a record counts as a second",  //
         {30, 3},
         {2, 1},
         {120, 5},
         measure_idle},
        {"long-transaction",
         "relaying beside a transaction that was left open",  //
         {500'000, 1},
         {20'000, 1},
         {5'000'000, 1},
         measure_long_transaction},
        {"fan-out",
         "a log consumed by several at once",  //
         {200'000, 3},
         {2'000, 1},
         {500'000, 5},
         measure_fan_out},
        {"workers",
         "a handler that takes its time, with parallel workers; a record counts as one of a millisecond",  //
         {1'000, 3},
         {5, 1},
         {2'000, 5},
         measure_workers},
        {"sizes",
         "records of different sizes",  //
         {200'000, 3},
         {1'000, 1},
         {500'000, 5},
         measure_sizes},
        {"growth",
         "backlogs of different lengths",  //
         {1'000'000, 3},
         {100'000, 1},
         {10'000'000, 1},
         measure_growth},
#ifdef CONTRAIL_BENCH_KAFKA
        {"kafka",
         "a log in a Kafka topic: appended to, and read",  //
         {500'000, 5},
         {2'000, 1},
         {2'000'000, 5},
         measure_kafka},
#endif
    };
    return all;
}

}  // namespace contrail::bench
