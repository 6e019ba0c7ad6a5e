#include <gtest/gtest.h>

#include "conformance/kafka_log_world.hpp"
#include "conformance/log_conformance.hpp"

namespace contrail::test {

INSTANTIATE_TEST_SUITE_P(Kafka, LogConformance, ::testing::Values(&make_kafka_log_world));
INSTANTIATE_TEST_SUITE_P(Kafka, LogOwnersConformance, ::testing::Values(&make_kafka_log_world));
INSTANTIATE_TEST_SUITE_P(Kafka, LogIdentityConformance, ::testing::Values(&make_kafka_log_world));

}  // namespace contrail::test
