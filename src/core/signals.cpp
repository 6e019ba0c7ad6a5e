#include "contrail/signals.hpp"

#include <csignal>
#include <thread>

namespace contrail {

namespace {

std::stop_source start_waiting_for_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    // Blocked here, and so in every thread started later: only sigwait() below takes them.
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    std::stop_source source;
    // Detached: it waits for a signal until the process ends.
    std::thread([signals, source]() mutable {
        for (int received = 0; sigwait(&signals, &received) == 0;) source.request_stop();
    }).detach();
    return source;
}

}  // namespace

std::stop_token stop_on_signals() {
    static const std::stop_source source = start_waiting_for_signals();
    return source.get_token();
}

}  // namespace contrail
