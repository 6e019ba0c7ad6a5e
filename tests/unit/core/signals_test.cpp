#include "contrail/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stop_token>

namespace contrail {

namespace {

/// In a process of its own: asks it twice to end, and ends it otherwise only after the first time.
void end_after(int signals, int signal) {
    const std::stop_token stop = stop_on_signals();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any stopped;
    for (int sent = 0; sent < signals; ++sent) {
        ::kill(::getpid(), signal);
        stopped.wait(lock, stop, [] { return false; });
    }
    // The second signal ends the process here.
    if (signals > 1) std::condition_variable().wait(lock);
    ::_exit(0);
}

}  // namespace

TEST(Signals, AskAProgramToEndInOrder) {
    EXPECT_EXIT(end_after(1, SIGTERM), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(end_after(1, SIGINT), ::testing::ExitedWithCode(0), "");
}

TEST(Signals, EndItAtOnceTheSecondTime) {
    EXPECT_EXIT(end_after(2, SIGTERM), ::testing::KilledBySignal(SIGTERM), "");
    EXPECT_EXIT(end_after(2, SIGINT), ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace contrail
