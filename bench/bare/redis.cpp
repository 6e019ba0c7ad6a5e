#include "bench/bare/redis.hpp"

#include <string_view>

#include "contrail/error.hpp"
#include "contrail/record.hpp"
#include "redis/url.hpp"

namespace contrail::bench {

namespace {

[[noreturn]] void fail(const std::string& why) {
    throw Error(Retry::never, "The benchmark stopped: Redis " + why + '.');
}

redisContext* connect(const redis::Endpoint& endpoint) {
    if (!endpoint.socket_path.empty()) return redisConnectUnix(endpoint.socket_path.c_str());
    return redisConnect(endpoint.host.c_str(), endpoint.port);
}

}  // namespace

BareRedis::BareRedis(const Settings& settings) : connection_(nullptr, redisFree) {
    const redis::Endpoint endpoint = redis::endpoint_of(settings);
    connection_.reset(connect(endpoint));
    if (!connection_) fail("cannot be reached: out of memory");
    if (connection_->err != 0) fail("cannot be reached: " + std::string(connection_->errstr));
    if (endpoint.password && endpoint.user.empty()) {
        run({"AUTH", *endpoint.password});
    } else if (endpoint.password) {
        run({"AUTH", endpoint.user, *endpoint.password});
    }
    if (endpoint.database != 0) run({"SELECT", std::to_string(endpoint.database)});
}

ReplyHandle BareRedis::run(const std::vector<std::string>& command) const {
    std::vector<const char*> arguments;
    std::vector<std::size_t> lengths;
    for (const std::string& argument : command) {
        arguments.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    redisAppendCommandArgv(native(), static_cast<int>(command.size()), arguments.data(), lengths.data());
    return reply();
}

void BareRedis::flush() const {
    for (int done = 0; done == 0;)
        if (redisBufferWrite(native(), &done) != REDIS_OK)
            fail("closed the connection: " + std::string(native()->errstr));
}

ReplyHandle BareRedis::reply() const {
    void* received = nullptr;
    if (redisGetReply(native(), &received) != REDIS_OK)
        fail("closed the connection: " + std::string(native()->errstr));
    ReplyHandle reply(static_cast<redisReply*>(received));
    if (reply->type == REDIS_REPLY_ERROR)
        fail("answered with an error: " + std::string(reply->str, reply->len));
    return reply;
}

std::uint64_t head_offset(const BareRedis& redis, const std::string& stream) {
    const ReplyHandle last = redis.run({"XREVRANGE", stream, "+", "-", "COUNT", "1"});
    return last->elements == 0 ? 0 : offset_in(last->element[0]->element[0]->str);
}

std::uint64_t offset_in(std::string_view id) {
    const auto parsed = RecordId::parse(id);
    if (!parsed) fail("holds an entry that is not a record: " + std::string(id));
    return parsed->offset.value;
}

}  // namespace contrail::bench
