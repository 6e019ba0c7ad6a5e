#pragma once

#include "conformance/log_worlds.hpp"

namespace contrail::test {

std::unique_ptr<LogWorld> make_kafka_log_world();

}  // namespace contrail::test
