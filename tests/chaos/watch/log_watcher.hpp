#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "chaos/watch/log_source.hpp"
#include "chaos/watch/seen_log.hpp"

namespace chaos {

/// Reads the log on a thread of its own, and keeps every record that it ever saw. Thread-safe.
class LogWatcher {
public:
    /// `open` is called on the thread, and again after every error.
    explicit LogWatcher(std::function<std::unique_ptr<LogSource>()> open);

    /// Starts to read the log again from its beginning. swept() is true once that reached its end.
    void sweep();
    [[nodiscard]] bool swept() const;

    /// True if the log showed all these changes.
    [[nodiscard]] bool has(const std::vector<std::uint64_t>& numbers) const;

    [[nodiscard]] SeenLog seen() const;
    [[nodiscard]] Findings findings() const;

private:
    void watch(const std::stop_token& stop);
    void read(LogSource& source);

    std::function<std::unique_ptr<LogSource>()> open_;
    mutable std::mutex mutex_;
    SeenLog seen_;
    Findings findings_;
    bool sweeping_ = true;
    contrail::RecordId read_to_;
    std::jthread thread_;
};

}  // namespace chaos
