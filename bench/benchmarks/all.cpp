#include "bench/benchmarks/measures.hpp"

namespace contrail::bench {

std::span<const Benchmark> benchmarks() {
    static constexpr Benchmark all[] = {
        //  name, what, usual, quick, full, measure
        {"relay", "from the outbox into the log", {200'000, 5}, {2'000, 2}, {1'000'000, 9}, measure_relay},
        {"consume",
         "from the log into a consumer's table",
         {500'000, 5},
         {5'000, 2},
         {1'000'000, 9},
         measure_consume},
        {"latency",
         "from a producer's commit to a consumer's",
         {5'000, 3},
         {100, 1},
         {20'000, 5},
         measure_latency},
    };
    return all;
}

}  // namespace contrail::bench
