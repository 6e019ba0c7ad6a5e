#include "conformance/log_worlds.hpp"

#include <utility>

#include "contrail/redis.hpp"
#include "support/admin_redis.hpp"
#include "support/cluster_servers.hpp"
#include "support/sentinel_servers.hpp"
#include "support/test_servers.hpp"
#include "testing/memory_log.hpp"

namespace contrail::test {

namespace {

class MemoryLogWorld : public LogWorld {
public:
    Log& log() override { return log_; }
    Log& other_log() override { return other_; }
    void lose_everything() override { server_.lose_everything(); }
    void erase(RecordId id) override { server_.erase(id); }
    void trim(RecordId keep_from) override { server_.trim(keep_from); }

private:
    testing::MemoryLogServer server_;
    testing::MemoryLog log_{server_};
    testing::MemoryLog other_{server_};
};

class RedisLogWorld : public LogWorld {
public:
    RedisLogWorld(Settings settings, AdminRedis admin)
        : settings_(std::move(settings)),
          redis_(std::move(admin)) {}

    Log& log() override { return *log_; }
    Log& other_log() override { return *other_; }
    void lose_everything() override { redis_.run({"FLUSHALL"}); }
    void erase(RecordId id) override { redis_.run({"XDEL", settings_.stream_name, id.to_string()}); }
    void trim(RecordId keep_from) override { redis_.trim(settings_.stream_name, keep_from.to_string()); }

private:
    Settings settings_;
    AdminRedis redis_;  ///< The server that holds the log.
    std::unique_ptr<Log> log_ = redis_log(settings_);
    std::unique_ptr<Log> other_ = redis_log(settings_);
};

}  // namespace

std::unique_ptr<LogWorld> make_memory_log_world() {
    return std::make_unique<MemoryLogWorld>();
}

std::unique_ptr<LogWorld> make_redis_log_world() {
    const Settings settings = fresh_settings();
    return std::make_unique<RedisLogWorld>(settings, AdminRedis(settings.log_url));
}

std::unique_ptr<LogWorld> make_cluster_log_world() {
    Settings settings = fresh_settings();
    settings.log_url = shared_cluster().url();
    return std::make_unique<RedisLogWorld>(
        settings, AdminRedis(shared_cluster().owner(settings.stream_name).redis.tcp_url()));
}

std::unique_ptr<LogWorld> make_sentinel_log_world() {
    Settings settings = fresh_settings();
    settings.log_url = shared_sentinels().url();
    return std::make_unique<RedisLogWorld>(settings, shared_sentinels().admin());
}

}  // namespace contrail::test
