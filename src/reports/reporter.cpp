#include "reports/reporter.hpp"

#include <csignal>
#include <utility>

namespace contrail {

namespace {

using namespace std::chrono_literals;

constexpr auto every = 1s;

/// A handler that fails at every attempt changes the state as often. The log's server need not hear all of
/// it.
constexpr auto pause_min = 100ms;

/// Starts `run` on a thread that takes no signals: whoever waits for them shall get them.
template <class Run>
std::jthread thread_without_signals(Run run) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::jthread thread(std::move(run));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

Reporter::Reporter(const Progress& progress, Tell tell, OnFailure on_failure)
    : progress_(progress),
      tell_(std::move(tell)),
      on_failure_(std::move(on_failure)),
      thread_(thread_without_signals([this](const std::stop_token& stop) { run(stop); })) {}

Reporter::~Reporter() {
    thread_.request_stop();
    thread_.join();
    tell(progress_.last_report());
}

void Reporter::hurry() {
    {
        const std::lock_guard lock(mutex_);
        hurry_ = true;
    }
    hurried_.notify_one();
}

void Reporter::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        tell(progress_.report());
        wait(stop);
    }
}

void Reporter::wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    hurried_.wait_for(lock, stop, pause_min, [] { return false; });
    hurried_.wait_for(lock, stop, every - pause_min, [this] { return hurry_; });
    hurry_ = false;
}

/// A report that fails is not repeated: the next one says more.
void Reporter::tell(const std::optional<Report>& report) {
    if (!report) return;
    try {
        tell_(*report);
        fails_ = false;
    } catch (const Error& error) {
        if (!std::exchange(fails_, true) && on_failure_) on_failure_(error);
    }
}

}  // namespace contrail
