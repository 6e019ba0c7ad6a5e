#include "servers/fork_exec.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servers/descriptors.hpp"
#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

/// The child sends this to its parent if it cannot become the program. The pointer is valid in the parent,
/// too: a fork has its constants at the same addresses.
struct Failure {
    const char* attempted = nullptr;
    int error = 0;
};

/// Copies a descriptor of the child out of the way: its number may be the one that another descriptor is to
/// get.
int copy_away(int descriptor) noexcept {
    return ::fcntl(descriptor, F_DUPFD_CLOEXEC, inherited_descriptor + 1);
}

/// All that the child needs, prepared before the fork. After it, the child of a process with threads must not
/// call anything that allocates or locks.
class Launch {
public:
    explicit Launch(const Command& command) : command_(command) {
        for (const std::string& argument : command.arguments) arguments_.push_back(argument.c_str());
        arguments_.push_back(nullptr);
        for (char** variable = environ; *variable != nullptr; ++variable) {
            const std::string_view text(*variable);
            const std::string name(text.substr(0, text.find('=')));
            if (!command.environment.contains(name) && inherits(name)) environment_texts_.emplace_back(text);
        }
        for (const auto& [name, value] : command.environment)
            environment_texts_.emplace_back(name).append("=").append(value);
        for (const std::string& text : environment_texts_) environment_.push_back(text.c_str());
        environment_.push_back(nullptr);
    }

    /// In the child. Returns only if it fails.
    Failure execute() const noexcept {
        restore_signals();
        if (::setpgid(0, 0) != 0) return {"setting its process group", errno};
        if (!command_.directory.empty() && ::chdir(command_.directory.c_str()) != 0)
            return {"entering its folder", errno};
        if (!connect_descriptors()) return {"connecting its input and output", errno};
        if (command_.user) {
            if (const int error = become(*command_.user); error != 0) return {"changing its user", error};
        }
        // After the change of user, which would reset it.
        if (::prctl(PR_SET_PDEATHSIG, command_.parent_death_signal) != 0)
            return {"asking for its parent's death signal", errno};
        if (::getppid() != parent_) ::_exit(1);  // it died before the call above
        // POSIX does not list this call as safe here. That of glibc neither allocates nor locks.
        ::execvpe(arguments_[0], const_cast<char**>(arguments_.data()),
                  const_cast<char**>(environment_.data()));
        return {"running it", errno};
    }

private:
    /// Whether the program inherits this variable of our environment; see Command::user.
    [[nodiscard]] bool inherits(std::string_view name) const {
        return !command_.user || name == "PATH" || name == "TZ" || name == "LANG" || name.starts_with("LC_");
    }

    static void restore_signals() noexcept {
        struct sigaction usual {};
        usual.sa_handler = SIG_DFL;
        for (int number = 1; number < NSIG; ++number) ::sigaction(number, &usual, nullptr);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    }

    [[nodiscard]] bool connect_descriptors() const noexcept {
        const int input = command_.standard_input < 0 ? ::open("/dev/null", O_RDONLY | O_CLOEXEC)
                                                      : copy_away(command_.standard_input);
        const int output = copy_away(command_.standard_output);
        const int error = copy_away(command_.standard_error);
        const int inherited = command_.inherited < 0 ? -1 : copy_away(command_.inherited);
        bool connected = ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
                         ::dup2(error, STDERR_FILENO) >= 0;
        if (inherited >= 0) connected = connected && ::dup2(inherited, inherited_descriptor) >= 0;
        // Libraries may have opened files without this flag. A kernel before 5.11 lacks the call; the child
        // then keeps those files open, and does not use them.
        ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        return connected && (inherited < 0 || ::fcntl(inherited_descriptor, F_SETFD, 0) == 0);
    }

    const Command& command_;
    const pid_t parent_ = ::getpid();
    std::vector<const char*> arguments_;
    std::vector<std::string> environment_texts_;
    std::vector<const char*> environment_;
};

/// Blocks all signals while it lives: no handler of the parent may run in the child.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

pid_t fork_and_execute(const Launch& launch, int failures) {
    const SignalsBlocked blocked;
    const pid_t pid = ::fork();
    if (pid == 0) {
        const int told = copy_away(failures);
        const Failure failure = launch.execute();
        [[maybe_unused]] const ssize_t written = ::write(told, &failure, sizeof failure);
        ::_exit(127);
    }
    return pid;
}

/// Nothing if exec closed the pipe.
std::optional<Failure> read_failure(int failures) {
    Failure failure;
    ssize_t length;
    do {
        length = ::read(failures, &failure, sizeof failure);
    } while (length < 0 && errno == EINTR);
    if (length != sizeof failure) return std::nullopt;
    return failure;
}

Error start_error(const Command& command, const Failure& failure) {
    const std::string& program = command.arguments.front();
    // $PATH may contain folders that the child's user may not enter. exec then reports EACCES although the
    // program exists nowhere.
    const bool not_found =
        failure.error == ENOENT || (failure.error == EACCES && program.find('/') == std::string::npos);
    Error error =
        system_error("Cannot start " + program + ": " + failure.attempted + " failed", failure.error);
    if (!not_found || command.if_not_found.empty()) return error;
    return {Retry::never, std::string(error.what()) + ". " + command.if_not_found};
}

}  // namespace

pid_t fork_exec(const Command& command) {
    const Launch launch(command);
    Pipe failures = make_pipe();
    const pid_t pid = fork_and_execute(launch, failures.write_end.get());
    if (pid < 0) throw system_error("Cannot start " + command.arguments.front());
    failures.write_end.close();
    if (const std::optional<Failure> failure = read_failure(failures.read_end.get())) {
        ::waitpid(pid, nullptr, 0);
        throw start_error(command, *failure);
    }
    return pid;
}

}  // namespace contrail::servers
