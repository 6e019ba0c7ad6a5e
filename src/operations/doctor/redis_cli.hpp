#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "redis/url.hpp"

namespace contrail::operations::doctor {

/// Writes commands of Redis as one types them into a shell: `redis-cli -h host -p 6379 CONFIG SET …`.
class RedisCli {
public:
    /// A password is not written; redis-cli asks for it.
    explicit RedisCli(const redis::Endpoint& endpoint);

    [[nodiscard]] std::string operator()(std::string_view command) const;

    /// Whether the server was started with a configuration file.
    void has_config_file(bool has) noexcept { has_config_file_ = has; }

    /// `CONFIG SET <setting>`, then what makes it outlast a restart.
    [[nodiscard]] std::vector<std::string> config_set(std::string_view setting) const;

    /// The user that logs in, as ACL commands name it.
    [[nodiscard]] const std::string& user() const noexcept { return user_; }

private:
    std::string program_;
    std::string user_;
    bool has_config_file_ = true;
};

}  // namespace contrail::operations::doctor
