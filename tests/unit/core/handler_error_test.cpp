// What a handler may say beyond that it failed.
#include "contrail/handler_error.hpp"

#include <gmock/gmock.h>

#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using ::testing::IsEmpty;

class HandlerErrors : public ConsumerTest {
protected:
    static ConsumerOptions parking() { return {.on_refusal = OnRefusal::park, .handler_attempts_max = 1}; }
};

TEST_F(HandlerErrors, MayAskForALongerPauseThanUsual) {
    log_holds(1, 1.0);
    std::stop_source stop;
    int calls = 0;
    const Handler handler = [&](Transaction&, std::span<const Record>) {
        if (++calls == 1) throw RetryLater("The receiver is busy.", std::chrono::minutes(2));
        stop.request_stop();
    };
    Consumer(name, log, checkpoints, handler, parking(), clock, events.listener()).run(stop.get_token());
    EXPECT_EQ(events.each(&consumer_event::Retrying::pause).at(0), std::chrono::minutes(2));
    EXPECT_EQ(calls, 2);
    EXPECT_THAT(parked(), IsEmpty());
}

TEST_F(HandlerErrors, DoNotShortenThePause) {
    log_holds(1, 1.0);
    std::stop_source stop;
    int calls = 0;
    const Handler handler = [&](Transaction&, std::span<const Record>) {
        if (++calls <= 5) throw RetryLater("The receiver is busy.", Clock::Duration::zero());
        stop.request_stop();
    };
    Consumer(name, log, checkpoints, handler, parking(), clock, events.listener()).run(stop.get_token());
    EXPECT_GE(events.each(&consumer_event::Retrying::pause).at(4), RetryPolicy{}.wait_min * 8);
}

TEST_F(HandlerErrors, MayStopTheConsumerAndBlameNoRecord) {
    log_holds(1, 1.0);
    const Handler handler = [](Transaction&, std::span<const Record>) {
        throw StopConsumer("The receiver wants no more.");
    };
    Consumer stopping(name, log, checkpoints, handler, parking(), clock, events.listener());
    EXPECT_THROW(stopping.run({}), StopConsumer);
    EXPECT_EQ(events.count<consumer_event::Halted>(), 1U);
    EXPECT_EQ(checkpoint(), RecordId{});
    EXPECT_THAT(parked(), IsEmpty());
}

}  // namespace contrail
