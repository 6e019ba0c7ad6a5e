#include "support/admin_redis.hpp"

#include <csignal>
#include <stdexcept>

namespace contrail::test {

namespace {

std::string path_of(const std::string& url) {
    const std::string scheme = "unix://";
    return url.substr(scheme.size(), url.find('?') - scheme.size());
}

std::string text_of(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type != REDIS_REPLY_ARRAY) return {reply.str, reply.len};
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i) text += (i == 0 ? "" : " ") + text_of(*reply.element[i]);
    return text;
}

}  // namespace

AdminRedis::AdminRedis(const std::string& url)
    : connection_(redisConnectUnix(path_of(url).c_str()), &redisFree) {
    std::signal(SIGPIPE,
                SIG_IGN);  // hiredis writes to a server that is gone without asking for an error instead
    if (!connection_ || connection_->err != 0) throw std::runtime_error("cannot connect to " + url);
}

std::string AdminRedis::run(const std::vector<std::string>& command) {
    std::vector<const char*> arguments;
    std::vector<std::size_t> lengths;
    for (const auto& argument : command) {
        arguments.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    void* const answer = redisCommandArgv(connection_.get(), static_cast<int>(command.size()),
                                          arguments.data(), lengths.data());
    if (answer == nullptr) throw std::runtime_error(command.front() + ": " + connection_->errstr);
    const std::unique_ptr<void, decltype(&freeReplyObject)> owner(answer, &freeReplyObject);
    const auto& reply = *static_cast<const redisReply*>(answer);
    if (reply.type == REDIS_REPLY_ERROR) throw std::runtime_error(command.front() + ": " + reply.str);
    return text_of(reply);
}

}  // namespace contrail::test
