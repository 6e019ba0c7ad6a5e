// docs/protocol.md is enough for a consumer in another language, and right: page_test.py follows it to the letter.
#include <gtest/gtest.h>

#include <filesystem>

#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

TEST(ProtocolPage, TellsAConsumerInAnotherLanguageAllThatItNeeds) {
    const servers::TemporaryDirectory directory;
    const servers::PrivateRedis redis({.data_dir = directory.path() / "redis", .append_only = false});
    servers::Command tests;
    tests.arguments = {"/usr/bin/python3", "-B", CONTRAIL_SOURCE "/tests/integration/clients/page_test.py"};
    tests.environment = {{"DATABASE_URL", fresh_settings().database_url}, {"LOG_URL", redis.url()}};
    const auto status = servers::run(tests);
    EXPECT_TRUE(status.success()) << status.to_string();
}

}  // namespace contrail::test
