#include "contrail/signals.hpp"

#include <sys/eventfd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "core/stop_signal.hpp"

namespace contrail {

namespace {

std::atomic<int> stop_descriptor{-1};

/// As if the process had never waited for the signal.
void end_by(int signal, const sigset_t& signals) {
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    std::raise(signal);
}

std::stop_source start_waiting_for_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    // Blocked here, and so in every thread started later: only sigwait() below takes them.
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    stop_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::stop_source source;
    // Detached: it waits for a signal until the process ends.
    std::thread([signals, source]() mutable {
        int received = 0;
        while (sigwait(&signals, &received) == 0) {
            if (!source.request_stop()) end_by(received, signals);
            ::eventfd_write(stop_descriptor, 1);
        }
    }).detach();
    return source;
}

}  // namespace

std::stop_token stop_on_signals() {
    static const std::stop_source source = start_waiting_for_signals();
    return source.get_token();
}

int stop_signal_descriptor() noexcept {
    return stop_descriptor;
}

}  // namespace contrail
