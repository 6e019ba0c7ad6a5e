#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"

namespace demo {

/// One fault at a time, from the request to the recovery. The page's server requests it, the supervisor's
/// thread injects it and reports its end, and the page's poll of the consumers reports the recovery. Only
/// then the next fault may be requested.
///
/// Threads  Any.
class FaultTracker {
public:
    using Clock = std::chrono::steady_clock;

    enum class Phase {
        none,       ///< No fault was requested yet.
        requested,  ///< Not injected yet.
        active,     ///< Injected.
        ended,      ///< Over, and what it stopped runs again. The consumers may still have to catch up.
        recovered,  ///< The consumers have caught up and agree.
        failed      ///< It could not be injected.
    };

    struct State {
        std::uint64_t number = 0;  ///< Counts the requests: 1, 2, 3 …
        Phase phase = Phase::none;
        std::string fault{};            ///< Its name.
        std::string what{};             ///< What was done, or why it could not be. A sentence.
        std::string repair{};           ///< See Injection.
        std::string recovery{};         ///< How the system recovered. A sentence.
        std::uint64_t injected_ms = 0;  ///< Unix time.
        Clock::time_point injected_at{};
        Clock::time_point ended_at{};
        Clock::time_point recovered_at{};

        [[nodiscard]] bool under_way() const;
    };

    /// Throws Error if the process cannot open another descriptor.
    FaultTracker();

    /// Returns false, and does nothing, while a fault is under way.
    bool request(std::string fault);

    /// Readable after a request.
    [[nodiscard]] int descriptor() const noexcept { return wake_.get(); }
    /// The name of the requested fault, once per request.
    std::optional<std::string> take();
    void injected(std::string what, std::string repair);
    void failed(std::string why);
    void ended();
    void recovered(std::string how);

    [[nodiscard]] State state() const;

private:
    contrail::base::FileDescriptor wake_;
    mutable std::mutex mutex_;
    State state_;  ///< Guarded by mutex_.
};

}  // namespace demo
