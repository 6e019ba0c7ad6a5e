#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chaos/watch/seen_log.hpp"

namespace rocket_rides::chaos {

class RedisClient;

/// Watches the log from beside, on a thread and a connection of its own, and keeps all that it ever saw.
/// Thread-safe.
class LogWatcher {
public:
    /// `socket`: the server's own, on no way that disasters befall.
    LogWatcher(std::filesystem::path socket, std::string stream);

    /// Begins to read the log again from its beginning; swept() is true when that has reached its end.
    void sweep();
    [[nodiscard]] bool swept() const;

    /// True if all these changes were seen.
    [[nodiscard]] bool has(const std::vector<std::uint64_t>& numbers) const;

    [[nodiscard]] SeenLog seen() const;
    [[nodiscard]] Findings findings() const;

private:
    void watch(const std::stop_token& stop);
    void read(RedisClient& redis);

    std::filesystem::path socket_;
    std::string stream_;
    mutable std::mutex mutex_;
    SeenLog seen_;
    Findings findings_;
    bool sweeping_ = true;
    std::string read_to_ = "0-0";
    std::jthread thread_;
};

}  // namespace rocket_rides::chaos
