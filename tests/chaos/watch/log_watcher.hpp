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
#include "demo/faults/redis_client.hpp"

namespace chaos {

/// Reads the log on a thread and a connection of its own, and keeps every record that it ever saw.
/// Thread-safe.
class LogWatcher {
public:
    /// `socket`: the server's own, past all proxies.
    LogWatcher(std::filesystem::path socket, std::string stream);

    /// Starts to read the log again from its beginning. swept() is true once that reached its end.
    void sweep();
    [[nodiscard]] bool swept() const;

    /// True if the log showed all these changes.
    [[nodiscard]] bool has(const std::vector<std::uint64_t>& numbers) const;

    [[nodiscard]] SeenLog seen() const;
    [[nodiscard]] Findings findings() const;

private:
    void watch(const std::stop_token& stop);
    void read(demo::RedisClient& redis);

    std::filesystem::path socket_;
    std::string stream_;
    mutable std::mutex mutex_;
    SeenLog seen_;
    Findings findings_;
    bool sweeping_ = true;
    std::string read_to_ = "0-0";
    std::jthread thread_;
};

}  // namespace chaos
