#pragma once

#include <string>

#include "bench/site/servers.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// Servers that DATABASE_URL and LOG_URL name.
class GivenServers final : public Servers {
public:
    /// Throws Error (Retry::never) if the Redis requires TLS, which the bare loops do not speak.
    explicit GivenServers(const Settings& settings);

    std::string description() override;
    std::string database_url() override { return settings_.database_url; }
    std::string redis_url(Keeping) override { return settings_.log_url; }
    [[nodiscard]] std::vector<Keeping> keepings() const override { return {Keeping::on_disk}; }
    std::optional<pid_t> postgres_pid() override { return std::nullopt; }
    std::optional<pid_t> redis_pid(Keeping) override { return std::nullopt; }

private:
    Settings settings_;
};

}  // namespace contrail::bench
