#include "servers/group_guard.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

/// The guard's life. As the child of a process with threads it calls nothing that allocates or locks.
[[noreturn]] void watch_over(pid_t group, int read_end, int write_end) noexcept {
    ::setpgid(0, 0);  // a Ctrl-C at the terminal does not end it
    ::prctl(PR_SET_NAME, "group-guard");
    ::close(write_end);
    ::dup2(read_end, STDIN_FILENO);
    // It would hold the parent's connections open. A kernel before 5.9 lacks the call.
    ::close_range(STDIN_FILENO + 1, ~0U, 0);
    char nothing = 0;
    while (::read(STDIN_FILENO, &nothing, 1) < 0 && errno == EINTR) {
    }
    ::kill(-group, SIGKILL);
    ::_exit(0);
}

}  // namespace

GroupGuard::GroupGuard(pid_t group) {
    // They stay blocked in the guard: a service manager that signals all processes of a unit must not end it first.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_ = ::fork();
    if (pid_ == 0) watch_over(group, life_.read_end.get(), life_.write_end.get());
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0) throw system_error("Cannot start a process that guards a process group", error);
    life_.read_end.close();
}

GroupGuard::~GroupGuard() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace contrail::servers
