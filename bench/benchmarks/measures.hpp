#pragma once

#include "bench/benchmark.hpp"

namespace contrail::bench {

// The function of each benchmark, each in its own file. benchmarks() names them.

void measure_relay(Bench& bench);
void measure_consume(Bench& bench);
void measure_function(Bench& bench);
void measure_filter(Bench& bench);
void measure_api(Bench& bench);
void measure_latency(Bench& bench);
void measure_end_to_end(Bench& bench);
void measure_idle(Bench& bench);
void measure_long_transaction(Bench& bench);
void measure_fan_out(Bench& bench);
void measure_workers(Bench& bench);
void measure_sizes(Bench& bench);
void measure_growth(Bench& bench);
void measure_kafka(Bench& bench);  ///< Only in a build with librdkafka.

}  // namespace contrail::bench
