#include <gtest/gtest.h>

#include "conformance/log_conformance.hpp"
#include "conformance/log_worlds.hpp"

namespace contrail::test {

INSTANTIATE_TEST_SUITE_P(Memory, LogConformance, ::testing::Values(&make_memory_log_world));
INSTANTIATE_TEST_SUITE_P(Redis, LogConformance, ::testing::Values(&make_redis_log_world));
INSTANTIATE_TEST_SUITE_P(RedisSentinel, LogConformance, ::testing::Values(&make_sentinel_log_world));
INSTANTIATE_TEST_SUITE_P(RedisCluster, LogConformance, ::testing::Values(&make_cluster_log_world));
INSTANTIATE_TEST_SUITE_P(Memory, LogOwnersConformance, ::testing::Values(&make_memory_log_world));
INSTANTIATE_TEST_SUITE_P(Redis, LogOwnersConformance, ::testing::Values(&make_redis_log_world));
INSTANTIATE_TEST_SUITE_P(RedisSentinel, LogOwnersConformance, ::testing::Values(&make_sentinel_log_world));
INSTANTIATE_TEST_SUITE_P(RedisCluster, LogOwnersConformance, ::testing::Values(&make_cluster_log_world));
INSTANTIATE_TEST_SUITE_P(Memory, LogIdentityConformance, ::testing::Values(&make_memory_log_world));
INSTANTIATE_TEST_SUITE_P(Redis, LogIdentityConformance, ::testing::Values(&make_redis_log_world));
INSTANTIATE_TEST_SUITE_P(RedisSentinel, LogIdentityConformance, ::testing::Values(&make_sentinel_log_world));
INSTANTIATE_TEST_SUITE_P(RedisCluster, LogIdentityConformance, ::testing::Values(&make_cluster_log_world));

}  // namespace contrail::test
