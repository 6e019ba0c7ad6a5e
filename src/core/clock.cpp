#include "contrail/clock.hpp"

#include <condition_variable>
#include <mutex>

namespace contrail {

namespace {

class SystemClock : public Clock {
public:
    Duration now() override {
        return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
    }

    std::uint64_t unix_ms() override {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(std::chrono::duration_cast<Duration>(now).count());
    }

    void wait(Pause pause, const std::stop_token& stop) override {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any stopped;
        stopped.wait_for(lock, stop, pause, [] { return false; });
    }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace contrail
