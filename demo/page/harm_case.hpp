#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "demo/page/harm.hpp"
#include "servers/descriptors.hpp"

namespace rocket_rides {

/// One harm from its request to the recovery, as it goes from thread to thread: the page's server asks, the
/// fleet strikes and says when the harm itself is over, and whoever watches the consumers says when all is
/// well again. Then the next one may be asked for.
///
/// Threads  Any, all at once.
class HarmCase {
public:
    using Clock = std::chrono::steady_clock;

    enum class Phase {
        none,       ///< Nothing was asked for yet.
        asked,      ///< The fleet does not know yet.
        struck,     ///< Done, and lasts.
        over,       ///< It lasts no longer; what it did is being mended.
        recovered,  ///< All is well again.
        failed      ///< It could not be done.
    };

    struct State {
        std::uint64_t number = 0;  ///< Which case this is: 1, 2, 3 …
        Phase phase = Phase::none;
        Harm harm{};
        std::string told{};  ///< What was done, or why it could not be.
        std::string then{};  ///< What the recovery consists of; after `recovered`, with the time it took.
        std::uint64_t struck_ms = 0;  ///< Unix time.
        Clock::time_point struck_at{};
        Clock::time_point over_at{};
        Clock::time_point recovered_at{};

        [[nodiscard]] bool under_way() const;
    };

    /// Throws Error if the system has no descriptor left.
    HarmCase();

    /// False, and nothing is done, while one is under way.
    bool ask(Harm harm);

    /// Readable when something was asked for.
    [[nodiscard]] int descriptor() const noexcept { return wake_.get(); }
    /// What was asked for, once.
    std::optional<Harm> take();
    void struck(std::string told, std::string then);
    void over();
    void failed(std::string why);

    void recovered(std::string then);

    [[nodiscard]] State state() const;

private:
    contrail::servers::FileDescriptor wake_;
    mutable std::mutex mutex_;
    State state_;  ///< Guarded by mutex_.
};

}  // namespace rocket_rides
