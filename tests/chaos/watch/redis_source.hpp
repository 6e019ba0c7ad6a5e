#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "chaos/watch/log_source.hpp"

namespace chaos {

/// Where the log may be: the unix sockets of all Redis servers, and their password.
struct RedisServers {
    std::vector<std::filesystem::path> sockets;
    std::string password{};
};

/// Reads the stream on the first server that is a master and serves it. Throws Error if there is none.
std::unique_ptr<LogSource> open_redis_source(const RedisServers& servers, const std::string& stream);

}  // namespace chaos
