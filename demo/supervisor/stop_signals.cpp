#include "demo/supervisor/stop_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include "servers/system_error.hpp"

namespace demo {

StopSignals::StopSignals() {
    // A shell starts background jobs with SIGINT ignored, and an ignored signal never arrives. SIGHUP stays
    // as it is: nohup ignores it on purpose.
    std::signal(SIGINT, SIG_DFL);
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
    ::pthread_sigmask(SIG_BLOCK, &signals, &blocked_before_);
    descriptor_ = contrail::base::FileDescriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
    if (descriptor_.get() < 0) throw contrail::servers::system_error("Cannot receive signals");
}

StopSignals::~StopSignals() {
    ::pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
}

std::optional<int> StopSignals::take() {
    signalfd_siginfo signal{};
    std::optional<int> taken;
    while (::read(descriptor_.get(), &signal, sizeof signal) == sizeof signal)
        taken = static_cast<int>(signal.ssi_signo);
    return taken;
}

}  // namespace demo
