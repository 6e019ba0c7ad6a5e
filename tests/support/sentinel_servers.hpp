#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "servers/child_process.hpp"
#include "servers/private_redis.hpp"
#include "support/admin_redis.hpp"

namespace contrail::test {

/// A Redis master with two replicas, and three sentinels that watch them; all on loopback, and all with passwords. Who
/// is master changes.
///
/// Lifetime  The servers end with this object, and with the thread that started them.
class SentinelServers {
public:
    struct Server {
        Server(const std::filesystem::path& folder, std::uint16_t at_port);

        std::uint16_t port;
        servers::PrivateRedis redis;

        /// The reply; empty if the server is away, or closes its connections as it changes its role.
        [[nodiscard]] std::string try_to_run(const std::vector<std::string>& command) const;
        /// Throws std::runtime_error at an error.
        std::string run(const std::vector<std::string>& command) const;
    };

    struct Options {
        std::filesystem::path folder;  ///< For data and logs.
        /// How long a server is silent before the sentinels call it down. By default so long that no busy machine makes
        /// a server look dead, which would be a fail-over that no test asked for.
        std::chrono::milliseconds down_after{5'000};
    };

    /// Returns once every sentinel knows all the others.
    explicit SentinelServers(Options options);

    /// `redis+sentinel://:…@127.0.0.1:port,…/rides?sentinel_password=…`
    [[nodiscard]] std::string url() const;

    /// The server that the sentinels name now.
    [[nodiscard]] Server& master();

    [[nodiscard]] std::deque<Server>& servers() { return servers_; }
    /// The password of every server.
    [[nodiscard]] static std::string password();
    /// What the sentinels call the master, whichever server it is.
    static constexpr auto master_name = "rides";

    /// A connection to it.
    [[nodiscard]] AdminRedis admin();

    /// SIGKILL for the master. Returns once the sentinels have named another one. The killed server stays away.
    Server& kill_master();

    /// Has the sentinels hand over to a replica, which is in order. Returns once they name it and every server follows.
    void hand_over();

    /// Returns once every server has the master's data, or waits for them: the next fail-over may take any of them.
    void wait_for_replicas();

    /// True if all sentinels name the same master, and the other servers follow it.
    [[nodiscard]] bool are_well() const;

    /// The sentinels' addresses, `127.0.0.1:port`.
    [[nodiscard]] std::vector<std::string> sentinels() const;
    /// A sentinel that answers nothing until it is continued, as if it was cut off.
    void freeze_sentinel(std::size_t which) { sentinels_[which].process.signal(SIGSTOP); }
    void continue_sentinel(std::size_t which) { sentinels_[which].process.signal(SIGCONT); }
    /// Runs a command at a sentinel.
    std::string ask_sentinel(std::size_t which, const std::vector<std::string>& command) const;

private:
    struct Sentinel {
        std::string name;
        std::uint16_t port;
        servers::ChildProcess process;
    };

    [[nodiscard]] Sentinel start_sentinel(const std::string& name, std::uint16_t master_port) const;
    /// Returns once the sentinel knows the two others. Throws std::runtime_error with its log if it does not.
    void wait_for_the_others(std::size_t which);
    /// The reply; the text of the error if there is none.
    [[nodiscard]] std::string try_to_ask_sentinel(std::size_t which,
                                                  const std::vector<std::string>& command) const;
    [[nodiscard]] std::filesystem::path log_file(const std::string& name) const;
    [[nodiscard]] std::uint16_t master_port(std::size_t sentinel = 0) const;

    Options options_;
    std::deque<Server> servers_;
    std::vector<Sentinel> sentinels_;
};

/// The ones that all tests of a program share. Call from the main thread only.
SentinelServers& shared_sentinels();

}  // namespace contrail::test
