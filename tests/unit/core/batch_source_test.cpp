#include "core/batch_source.hpp"

#include <gtest/gtest.h>

#include "core/listener.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::test {

TEST(BatchSourceDeathTest, AbortsWhereAReadIsEndedThatWasNotBegun) {
    testing::MemoryLogServer server;
    testing::MemoryLog log(server);
    testing::VirtualClock clock;
    const OnConsumerEvent ignored = or_ignore<ConsumerEvent>({});
    BatchSource source(ConsumerName("mailer"), log, clock, Clock::Duration(0), ignored);

    EXPECT_DEATH(source.end({}), "broken invariant: a read is begun before it is ended; values: mailer");
}

}  // namespace contrail::test
