#include "demo/faults/redis_client.hpp"

#include "contrail/error.hpp"

namespace demo {

namespace {

constexpr timeval patience{2, 0};

[[noreturn]] void fail(const std::string& message) {
    throw contrail::Error(contrail::Retry::call, message);
}

}  // namespace

RedisClient::RedisClient(const std::filesystem::path& socket, const std::string& password)
    : connection_(redisConnectUnixWithTimeout(socket.c_str(), patience), &redisFree) {
    if (!connection_ || connection_->err != 0)
        fail("Cannot connect to Redis at " + socket.string() + ": " +
             (connection_ ? connection_->errstr : "out of memory"));
    redisSetTimeout(connection_.get(), patience);
    if (!password.empty()) run({"AUTH", password});
}

RedisClient::Reply RedisClient::run(const std::vector<std::string>& command) {
    std::vector<const char*> arguments;
    std::vector<std::size_t> lengths;
    for (const std::string& argument : command) {
        arguments.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    void* const answer = redisCommandArgv(connection_.get(), static_cast<int>(command.size()),
                                          arguments.data(), lengths.data());
    Reply reply(static_cast<redisReply*>(answer), [](redisReply* owned) { freeReplyObject(owned); });
    if (!reply) fail("Redis did not answer " + command.front() + ": " + connection_->errstr);
    if (reply->type == REDIS_REPLY_ERROR)
        fail("Redis refused " + command.front() + ": " + std::string(reply->str, reply->len));
    return reply;
}

}  // namespace demo
