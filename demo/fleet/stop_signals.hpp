#pragma once

#include <csignal>
#include <optional>

#include "servers/descriptors.hpp"

namespace rocket_rides {

/// SIGINT, SIGTERM and SIGHUP as something that poll() can wait for. As long as it lives, they do not end the
/// process. One at a time, made while the process has one thread.
class StopSignals {
public:
    /// Throws Error.
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// Readable when a signal has come.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }

    /// The signal that came since the last call, or one of them.
    std::optional<int> take();

private:
    sigset_t blocked_before_{};
    contrail::servers::FileDescriptor descriptor_;
};

}  // namespace rocket_rides
