#include "status/status_publisher.hpp"

#include <csignal>
#include <utility>

namespace contrail::status {

namespace {

using namespace std::chrono_literals;

/// A handler that fails at every attempt changes the state at every attempt. The log's server need not hear
/// of each.
constexpr auto pause_min = 100ms;

/// Starts `run` on a thread that receives no signals. They go to the thread that waits for them.
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

StatusPublisher::StatusPublisher(const StatusSource& source, Publish publish, OnFailure on_failure,
                                 std::chrono::milliseconds every)
    : source_(source),
      publish_(std::move(publish)),
      on_failure_(std::move(on_failure)),
      every_(every),
      thread_(thread_without_signals([this](const std::stop_token& stop) { run(stop); })) {}

StatusPublisher::~StatusPublisher() {
    thread_.request_stop();
    thread_.join();
    publish(source_.final_status());
}

void StatusPublisher::wake() {
    {
        const std::lock_guard lock(mutex_);
        wake_ = true;
    }
    woken_.notify_one();
}

void StatusPublisher::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const std::optional<ProgramStatus> status = source_.status();
        publish(status);
        wait(status && status->state == ProgramState::idle ? 2 * every_ : every_, stop);
    }
}

void StatusPublisher::wait(std::chrono::milliseconds wait_max, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, pause_min, [] { return false; });
    woken_.wait_for(lock, stop, wait_max - pause_min, [this] { return wake_; });
    wake_ = false;
}

/// Does not repeat a publication that failed: the next one says more.
void StatusPublisher::publish(const std::optional<ProgramStatus>& status) {
    if (!status) return;
    try {
        publish_(*status);
        failing_ = false;
    } catch (const Error& error) {
        if (!std::exchange(failing_, true) && on_failure_) on_failure_(error);
    }
}

}  // namespace contrail::status
