#pragma once

#include <csignal>
#include <optional>

#include "base/file_descriptor.hpp"

namespace demo {

/// SIGINT, SIGTERM and SIGHUP as a descriptor for poll(). They do not end the process while this object
/// lives. Create at most one, while the process has one thread.
class StopSignals {
public:
    /// Throws Error.
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// Readable when a signal has come.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }

    /// A signal that came since the last call, or nothing.
    std::optional<int> take();

private:
    sigset_t blocked_before_{};
    contrail::base::FileDescriptor descriptor_;
};

}  // namespace demo
