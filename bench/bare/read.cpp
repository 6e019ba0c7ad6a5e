#include "bench/bare/read.hpp"

namespace contrail::bench {

std::uint64_t bare_read(const BareRedis& redis, const std::string& stream) {
    std::string after = "0-0";
    for (std::uint64_t read = 0;;) {
        const ReplyHandle reply = redis.run({"XREAD", "COUNT", "1000", "STREAMS", stream, after});
        if (reply->type == REDIS_REPLY_NIL) return read;
        const redisReply* const entries = reply->element[0]->element[1];
        read += entries->elements;
        after = entries->element[entries->elements - 1]->element[0]->str;
    }
}

}  // namespace contrail::bench
