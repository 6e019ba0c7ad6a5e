// A server that takes connections and says nothing keeps no operator waiting for long.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "integration/cli/run_program.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

namespace {

/// The system completes connections to it, and no program answers them.
class SilentServer {
public:
    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
};

}  // namespace

TEST(SilentServers, AreNamedByEveryCommandThatAsksThem) {
    const SilentServer postgres;
    const SilentServer redis;
    const Settings silent{.database_url = "postgres://user@" + postgres.address() + "/rides",
                          .log_url = "redis://" + redis.address()};
    for (const std::string command : {"doctor", "status", "consumer list"}) {
        const Ended ended = run_program("contrail " + command, silent);
        EXPECT_NE(ended.status, ExitStatus::exited(0)) << command;
        EXPECT_THAT(ended.output + ended.errors, HasSubstr("no answer within")) << command;
        if (command != "consumer list") {
            EXPECT_THAT(ended.output + ended.errors, HasSubstr("did not reply within")) << command;
        }
    }
}

}  // namespace contrail::test
