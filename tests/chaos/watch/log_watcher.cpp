#include "chaos/watch/log_watcher.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"

namespace chaos {

using contrail::Record;

namespace {

using namespace std::chrono_literals;

constexpr auto pause_without_redis = 50ms;
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

/// An entry without a record's id gets offset 0, which no record has.
Record record_of(const redisReply& entry) {
    const redisReply& fields = *entry.element[1];
    return {.id = contrail::RecordId::parse(text(*entry.element[0])).value_or(contrail::RecordId{}),
            .action = value_of(fields, "action").value_or(""),
            .object = value_of(fields, "object").value_or(""),
            .data = value_of(fields, "data").value_or(""),
            .key = value_of(fields, "key"),
            .headers = value_of(fields, "headers")};
}

}  // namespace

LogWatcher::LogWatcher(std::filesystem::path socket, std::string stream)
    : socket_(std::move(socket)),
      stream_(std::move(stream)),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

void LogWatcher::watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            demo::RedisClient redis(socket_);
            while (!stop.stop_requested()) read(redis);
        } catch (const contrail::Error&) {
            // A fault of Redis is active.
            contrail::system_clock().wait(pause_without_redis, stop);
        }
    }
}

void LogWatcher::read(demo::RedisClient& redis) {
    std::string after;
    {
        const std::lock_guard lock(mutex_);
        after = read_to_;
    }
    const auto reply =
        redis.run({"XREAD", "COUNT", records_per_read, "BLOCK", read_wait_ms, "STREAMS", stream_, after});
    const std::lock_guard lock(mutex_);
    if (after != read_to_) return;  // sweep() was called meanwhile
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
        sweeping_ = false;
        return;
    }
    const redisReply& entries = *reply->element[0]->element[1];
    for (std::size_t i = 0; i < entries.elements; ++i) {
        read_to_ = text(*entries.element[i]->element[0]);
        seen_.enter(record_of(*entries.element[i]), findings_);
    }
}

void LogWatcher::sweep() {
    const std::lock_guard lock(mutex_);
    sweeping_ = true;
    read_to_ = "0-0";
    seen_.begin_pass();
}

bool LogWatcher::swept() const {
    const std::lock_guard lock(mutex_);
    return !sweeping_;
}

bool LogWatcher::has(const std::vector<std::uint64_t>& numbers) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::all_of(numbers, [&](std::uint64_t number) { return seen_.find(number).has_value(); });
}

SeenLog LogWatcher::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

Findings LogWatcher::findings() const {
    const std::lock_guard lock(mutex_);
    return findings_;
}

}  // namespace chaos
