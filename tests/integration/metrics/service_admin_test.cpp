#include <gmock/gmock.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <sys/socket.h>
#include <unistd.h>

#include "admin_client.hpp"
#include "contrail/admin.hpp"
#include "servers/descriptors.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Settings without_redis() {
    Settings settings = fresh_settings();
    settings.log_url.clear();
    return settings;
}

/// A service that stages records and consumes none.
struct AdminOfAService : ::testing::Test {
    prometheus::Registry metrics;
    Admin admin{without_redis(), {.port = 0, .stalled_after = std::chrono::milliseconds(1)}};
    [[nodiscard]] std::uint16_t port() const { return *admin.port(); }
};

TEST_F(AdminOfAService, IsReadyWithoutRedis) {
    admin.serve();
    EXPECT_EQ(until(port(), "/readyz", 200).body, "ready\npostgres: ok\n");
}

TEST_F(AdminOfAService, ServesTheServicesOwnMetrics) {
    prometheus::BuildCounter().Name("orders_total").Help("Orders.").Register(metrics).Add({}).Increment(3);
    admin.add(metrics);
    admin.serve();
    EXPECT_EQ(scrape(port()).value("orders_total"), 3);
    EXPECT_EQ(scrape(port()).value("contrail_build_info"), 1);
}

TEST_F(AdminOfAService, WatchesTheServicesOwnWork) {
    Watchdog& watchdog =
        admin.watch("orders", []() -> std::optional<std::string> { return "An order waits."; });
    admin.serve();
    EXPECT_THAT(ask(port(), "/healthz").body, HasSubstr("orders: ok"));

    watchdog.expect();
    watchdog.failed("no ink");
    EXPECT_THAT(
        until(port(), "/healthz", 503).body,
        AllOf(HasSubstr("orders: nothing has moved"), HasSubstr("An order waits."), HasSubstr("no ink")));
    watchdog.rest();
    EXPECT_THAT(ask(port(), "/healthz").body, HasSubstr("orders: ok"));
}

TEST(AdminOnAnInheritedSocket, RefusesWhatDoesNotListen) {
    const servers::Pipe pipe = servers::make_pipe();
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(socket, 0);
    for (const int descriptor : {::dup(pipe.read_end.get()), socket}) {
        try {
            const Admin admin(without_redis(), {.socket = descriptor});
            ADD_FAILURE() << "serves on " << descriptor;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("It must be a TCP socket that is bound and listens."));
        }
    }
}

}  // namespace
}  // namespace contrail::test
