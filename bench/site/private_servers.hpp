#pragma once

#include <filesystem>
#include <optional>

#include "bench/site/servers.hpp"
#include "servers/private_postgres.hpp"
#include "servers/private_redis.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::bench {

/// Private servers on unix sockets, with durable settings, in a folder that this object removes.
class PrivateServers final : public Servers {
public:
    std::string description() override;
    std::string database_url() override;
    std::string redis_url(Keeping keeping) override { return redis(keeping).url(); }
    [[nodiscard]] std::vector<Keeping> keepings() const override {
        return {Keeping::on_disk, Keeping::in_memory};
    }
    std::optional<pid_t> postgres_pid() override { return postgres().process().pid(); }
    std::optional<pid_t> redis_pid(Keeping keeping) override { return redis(keeping).process().pid(); }

private:
    servers::PrivatePostgres& postgres();
    servers::PrivateRedis& redis(Keeping keeping);

    servers::TemporaryDirectory folder_;
    // Started on demand: most benchmarks need one Redis.
    std::optional<servers::PrivatePostgres> postgres_;
    std::optional<servers::PrivateRedis> redis_on_disk_;
    std::optional<servers::PrivateRedis> redis_in_memory_;
};

}  // namespace contrail::bench
