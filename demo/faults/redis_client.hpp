#pragma once

#include <hiredis/hiredis.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace demo {

/// A direct connection to Redis past all proxies. It uses hiredis and nothing of Contrail, so that what it
/// reads is independent evidence.
class RedisClient {
public:
    using Reply = std::unique_ptr<redisReply, void (*)(redisReply*)>;

    /// Connects, with a password unless that is empty. This and every call throws Error (Retry::call) if the
    /// server does not answer within two seconds.
    explicit RedisClient(const std::filesystem::path& socket, const std::string& password = "");

    /// Runs one command. Throws Error at an error reply.
    Reply run(const std::vector<std::string>& command);

private:
    std::unique_ptr<redisContext, void (*)(redisContext*)> connection_;
};

}  // namespace demo
