#include "conformance/log_worlds.hpp"

#include "contrail/redis.hpp"
#include "support/admin_redis.hpp"
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
    Log& log() override { return *log_; }
    Log& other_log() override { return *other_; }
    void lose_everything() override { redis_.run({"FLUSHALL"}); }
    void erase(RecordId id) override { redis_.run({"XDEL", settings_.stream_name, id.to_string()}); }
    void trim(RecordId keep_from) override {
        redis_.run({"XTRIM", settings_.stream_name, "MINID", keep_from.to_string()});
    }

private:
    Settings settings_ = fresh_settings();
    AdminRedis redis_{settings_.redis_url};
    std::unique_ptr<Log> log_ = redis_log(settings_);
    std::unique_ptr<Log> other_ = redis_log(settings_);
};

}  // namespace

std::unique_ptr<LogWorld> make_memory_log_world() {
    return std::make_unique<MemoryLogWorld>();
}

std::unique_ptr<LogWorld> make_redis_log_world() {
    return std::make_unique<RedisLogWorld>();
}

}  // namespace contrail::test
