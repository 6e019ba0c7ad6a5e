#include "metrics/asker.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>

namespace contrail::metrics {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds plenty{60'000};

class AskerOfAServer : public ::testing::Test {
protected:
    /// Waits for the answer, on this thread.
    template <class T>
    Answer<T> answer_to(const std::shared_ptr<Question<T>>& question) {
        Answer<T> found;
        boost::asio::co_spawn(
            context, [&]() -> boost::asio::awaitable<void> { found = co_await question->answer(); },
            boost::asio::detached);
        context.restart();
        context.run();
        return found;
    }

    boost::asio::io_context context;
    Asker asker{context};
};

TEST_F(AskerOfAServer, BringsTheAnswer) {
    const auto answer = answer_to(asker.ask<int>([] { return 7; }, plenty));
    EXPECT_EQ(answer.value, 7);
}

TEST_F(AskerOfAServer, BringsTheReasonWhereThereIsNone) {
    const auto answer =
        answer_to(asker.ask<int>([]() -> int { throw std::runtime_error("it is away"); }, plenty));
    EXPECT_EQ(answer.value, std::nullopt);
    EXPECT_EQ(answer.error, "it is away");
}

TEST_F(AskerOfAServer, WaitsNoLongerThanItMay) {
    std::promise<int> late;
    const auto answer = answer_to(asker.ask<int>([&] { return late.get_future().get(); }, milliseconds(1)));
    EXPECT_EQ(answer.value, std::nullopt);
    EXPECT_EQ(answer.error, "no answer within 1 ms");
    late.set_value(1);
}

TEST_F(AskerOfAServer, DoesNotPutAQuestionThatNobodyWaitsForAnyMore) {
    std::promise<int> late;
    const auto hanging = asker.ask<int>([&] { return late.get_future().get(); }, plenty);
    bool put = false;
    auto given_up = asker.ask<int>([&] { return put = true, 1; }, plenty);
    given_up.reset();
    late.set_value(1);
    EXPECT_EQ(answer_to(hanging).value, 1);
    EXPECT_EQ(answer_to(asker.ask<int>([] { return 2; }, plenty)).value, 2);
    EXPECT_FALSE(put);
}

}  // namespace
}  // namespace contrail::metrics
