#pragma once

#include "bench/benchmark.hpp"

namespace contrail::bench {

// One function for each benchmark, each in a file of its own; benchmarks() names them.

void measure_relay(Bench& bench);
void measure_consume(Bench& bench);
void measure_latency(Bench& bench);

}  // namespace contrail::bench
