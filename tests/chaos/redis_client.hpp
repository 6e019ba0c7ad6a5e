#pragma once

#include <hiredis/hiredis.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rocket_rides::chaos {

/// A plain connection to Redis on the ways of nobody else: hiredis, and nothing of Contrail's, so that what
/// it shows is a witness of its own.
class RedisClient {
public:
    using Reply = std::unique_ptr<redisReply, void (*)(redisReply*)>;

    /// Connects. This and every call throws Error (Retry::call) if the server does not answer within two
    /// seconds.
    explicit RedisClient(const std::filesystem::path& socket);

    /// Runs one command. Throws Error at an error reply.
    Reply run(const std::vector<std::string>& command);

private:
    std::unique_ptr<redisContext, void (*)(redisContext*)> connection_;
};

}  // namespace rocket_rides::chaos
