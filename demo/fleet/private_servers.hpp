#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/private_postgres.hpp"
#include "servers/private_redis.hpp"

namespace rocket_rides {

/// A PostgreSQL and a Redis of the fleet's own, each only where the settings name none. They end with this
/// object; their data stay.
class PrivateServers {
public:
    /// Told about every server: its name, and what it does.
    using Tell = std::function<void(std::string_view server, const std::string& what)>;

    /// Starts them below `data_dir` and puts their URLs into `settings`. They also stand in
    /// `data_dir`/servers.toml, for the --config of programs started by hand. Throws Error.
    PrivateServers(const std::filesystem::path& data_dir, contrail::Settings& settings, Tell tell);

    /// Each becomes readable when a server has died. To be asked for anew after every call of the functions
    /// below.
    [[nodiscard]] std::vector<int> exit_descriptors();

    [[nodiscard]] bool has_postgres() const noexcept { return postgres_.has_value(); }
    [[nodiscard]] bool has_redis() const noexcept { return redis_.has_value(); }

    /// Only where the settings named none.
    [[nodiscard]] contrail::servers::PrivatePostgres& postgres() { return postgres_.value(); }
    [[nodiscard]] contrail::servers::PrivateRedis& redis() { return redis_.value(); }

    /// From now on this server ("postgres", "redis"), if it dies, stays dead until it is let go.
    void hold(std::string_view server) { held_.emplace(server); }
    void let_go(std::string_view server) { held_.erase(std::string(server)); }

    /// Starts again what has died, and waits until it is ready, as long as `keep_waiting` says so. Throws
    /// Error if it does not start.
    void start_what_died(const contrail::servers::KeepWaiting& keep_waiting);

private:
    void write_settings_file(const std::filesystem::path& file) const;

    [[nodiscard]] bool held(std::string_view server) const { return held_.contains(std::string(server)); }

    Tell tell_;
    std::set<std::string> held_;
    std::optional<contrail::servers::PrivatePostgres> postgres_;
    std::optional<contrail::servers::PrivateRedis> redis_;
};

}  // namespace rocket_rides
