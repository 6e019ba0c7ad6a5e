#include "support/admin_redis.hpp"

#include <csignal>
#include <stdexcept>

#include "redis/url.hpp"

namespace contrail::test {

namespace {

redisContext* connect(const redis::Endpoint& endpoint) {
    if (!endpoint.socket_path.empty()) return redisConnectUnix(endpoint.socket_path.c_str());
    return redisConnect(endpoint.host.c_str(), endpoint.port);
}

std::string text_of(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type != REDIS_REPLY_ARRAY) return {reply.str, reply.len};
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i) text += (i == 0 ? "" : " ") + text_of(*reply.element[i]);
    return text;
}

}  // namespace

AdminRedis::AdminRedis(const std::string& url) : connection_(nullptr, &redisFree) {
    const redis::Endpoint endpoint = redis::parse_url(url);
    connection_.reset(connect(endpoint));
    std::signal(SIGPIPE,
                SIG_IGN);  // hiredis writes to a server that is gone without asking for an error instead
    if (!connection_ || connection_->err != 0) throw std::runtime_error("cannot connect to " + url);
    if (endpoint.password) run({"AUTH", *endpoint.password});
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

void AdminRedis::trim(const std::string& stream, const std::string& keep_from) {
    run({"EVAL",
         "return redis.call('XTRIM', KEYS[1], 'MAXLEN', #redis.call('XRANGE', KEYS[1], ARGV[1], '+'))", "1",
         stream, keep_from});
}

}  // namespace contrail::test
