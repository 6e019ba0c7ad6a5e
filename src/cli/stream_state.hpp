#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "contrail/error.hpp"
#include "contrail/streamer_events.hpp"

namespace contrail::cli {

/// Whether a stream of several works, for the readiness and the exit status of their process.
///
/// Threads  Thread-safe.
class StreamState {
public:
    void on_event(const StreamerEvent& event);
    void halted(const Error& error);

    /// Why records do not flow; nothing if they do, or if another process moves them.
    [[nodiscard]] std::optional<std::string> failure() const;
    /// What the error that halted the stream asks for; nothing if it is not halted.
    [[nodiscard]] std::optional<Retry> halted_with() const;

private:
    void enter(std::optional<std::string> failure);

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::optional<std::string> failure_ = "it has not found its place in the log yet";
    std::optional<Retry> halted_with_;
};

}  // namespace contrail::cli
