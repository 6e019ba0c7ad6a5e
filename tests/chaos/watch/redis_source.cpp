#include "chaos/watch/redis_source.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "contrail/error.hpp"
#include "demo/faults/redis_client.hpp"

namespace chaos {

using contrail::Record;
using contrail::RecordId;
using demo::RedisClient;

namespace {

constexpr auto records_per_read = "1000";
constexpr auto read_wait_ms = "100";

std::string text(const redisReply& reply) {
    return {reply.str, reply.len};
}

std::optional<std::string> value_of(const redisReply& fields, std::string_view name) {
    for (std::size_t i = 0; i + 1 < fields.elements; i += 2)
        if (text(*fields.element[i]) == name) return text(*fields.element[i + 1]);
    return std::nullopt;
}

Record record_of(const redisReply& entry) {
    const redisReply& fields = *entry.element[1];
    return {.id = RecordId::parse(text(*entry.element[0])).value_or(RecordId{}),
            .action = value_of(fields, "action").value_or(""),
            .object = value_of(fields, "object").value_or(""),
            .data = value_of(fields, "data").value_or(""),
            .key = value_of(fields, "key"),
            .headers = value_of(fields, "headers")};
}

class RedisSource : public LogSource {
public:
    RedisSource(RedisClient server, std::string stream)
        : server_(std::move(server)),
          stream_(std::move(stream)) {
        server_.run({"XLEN", stream_});  // refused by a node of a cluster that does not serve it
    }

    std::vector<Record> read(RecordId after) override {
        if (text(*server_.run({"ROLE"})->element[0]) != "master")
            throw contrail::Error(contrail::Retry::call, "The server is a replica now.");
        const auto reply = server_.run({"XREAD", "COUNT", records_per_read, "BLOCK", read_wait_ms, "STREAMS",
                                        stream_, after.to_string()});
        std::vector<Record> records;
        if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) return records;
        const redisReply& entries = *reply->element[0]->element[1];
        for (std::size_t i = 0; i < entries.elements; ++i) records.push_back(record_of(*entries.element[i]));
        return records;
    }

private:
    RedisClient server_;
    std::string stream_;
};

}  // namespace

std::unique_ptr<LogSource> open_redis_source(const RedisServers& servers, const std::string& stream) {
    for (const auto& socket : servers.sockets) {
        try {
            auto source = std::make_unique<RedisSource>(RedisClient(socket, servers.password), stream);
            source->read({});
            return source;
        } catch (const contrail::Error&) {
            // Dead, frozen, a replica, or another master of the cluster.
        }
    }
    throw contrail::Error(contrail::Retry::call, "No Redis server is a master that serves the stream.");
}

}  // namespace chaos
