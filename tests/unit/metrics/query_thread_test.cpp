#include "metrics/query_thread.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>

namespace contrail::metrics {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds plenty{60'000};

class QueryThreadTest : public ::testing::Test {
protected:
    /// Waits for the result, on this thread.
    template <class T>
    QueryResult<T> result_of(const std::shared_ptr<PendingQuery<T>>& query) {
        QueryResult<T> found;
        boost::asio::co_spawn(
            context, [&]() -> boost::asio::awaitable<void> { found = co_await query->result(); },
            boost::asio::detached);
        context.restart();
        context.run();
        return found;
    }

    boost::asio::io_context context;
    QueryThread thread{context};
};

TEST_F(QueryThreadTest, ReturnsTheValue) {
    const auto result = result_of(thread.submit<int>([] { return 7; }, plenty));
    EXPECT_EQ(result.value, 7);
}

TEST_F(QueryThreadTest, ReturnsTheReasonOfAFailure) {
    const auto result =
        result_of(thread.submit<int>([]() -> int { throw std::runtime_error("it is away"); }, plenty));
    EXPECT_EQ(result.value, std::nullopt);
    EXPECT_EQ(result.error, "it is away");
}

TEST_F(QueryThreadTest, WaitsNoLongerThanTheLimit) {
    std::promise<int> late;
    const auto result =
        result_of(thread.submit<int>([&] { return late.get_future().get(); }, milliseconds(1)));
    EXPECT_EQ(result.value, std::nullopt);
    EXPECT_EQ(result.error, "no answer within 1 ms");
    late.set_value(1);
}

TEST_F(QueryThreadTest, SkipsAQueryThatItsCallerHasGivenUp) {
    std::promise<int> late;
    const auto hanging = thread.submit<int>([&] { return late.get_future().get(); }, plenty);
    bool ran = false;
    auto given_up = thread.submit<int>([&] { return ran = true, 1; }, plenty);
    given_up.reset();
    late.set_value(1);
    EXPECT_EQ(result_of(hanging).value, 1);
    EXPECT_EQ(result_of(thread.submit<int>([] { return 2; }, plenty)).value, 2);
    EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace contrail::metrics
