#pragma once

#include <string>

namespace contrail::servers {

/// How a process ended.
class ExitStatus {
public:
    static ExitStatus exited(int code) { return {Kind::exited, code}; }
    static ExitStatus killed(int signal) { return {Kind::killed, signal}; }

    /// True if it exited with status 0.
    [[nodiscard]] bool success() const noexcept { return has_code(0); }
    /// True if it exited with this status.
    [[nodiscard]] bool has_code(int code) const noexcept { return kind_ == Kind::exited && number_ == code; }
    /// True if this signal ended it.
    [[nodiscard]] bool has_signal(int signal) const noexcept {
        return kind_ == Kind::killed && number_ == signal;
    }
    /// "exited with status 1", "killed by signal 9 (Killed)".
    [[nodiscard]] std::string to_string() const;

    bool operator==(const ExitStatus&) const = default;

private:
    enum class Kind { exited, killed };
    ExitStatus(Kind kind, int number) noexcept : kind_(kind), number_(number) {}

    Kind kind_;
    int number_;
};

}  // namespace contrail::servers
