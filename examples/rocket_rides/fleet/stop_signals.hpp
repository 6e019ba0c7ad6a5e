#pragma once

#include "servers/file_descriptor.hpp"

namespace rocket_rides {

/// SIGINT, SIGTERM and SIGHUP as something that poll() can wait for. From its construction on they no longer
/// end the process. One at a time, made while the process has one thread.
class StopSignals {
public:
    /// Throws Error.
    StopSignals();

    /// Readable when a signal has come.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }

    /// True if a signal has come since the last call.
    bool take();

private:
    contrail::servers::FileDescriptor descriptor_;
};

}  // namespace rocket_rides
