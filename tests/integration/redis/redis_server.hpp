#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "redis/redis_log.hpp"
#include "servers/private_redis.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_redis.hpp"

namespace contrail::test {

/// A Redis server of one test's own, which it may bend as it likes.
class RedisServer {
public:
    enum class Data { in_memory, on_disk };

    explicit RedisServer(Data data = Data::in_memory);

    /// A client of the stream `rides` through the unix socket.
    [[nodiscard]] redis::RedisLog log() const { return log_at(url()); }

    /// Listens on a free port of 127.0.0.1 as well; `kind` is "port" or "tls-port". Returns the port.
    std::string open_port(const std::string& kind);

    /// Runs one command behind the client's back; throws at an error reply.
    std::string run(const std::vector<std::string>& command) { return admin_.run(command); }

    [[nodiscard]] std::string url() const { return server_.url(); }
    [[nodiscard]] std::string socket_path() const { return redis::parse_url(url()).socket_path; }
    servers::PrivateRedis& process() { return server_; }

    static redis::RedisLog log_at(const std::string& url, redis::Timeouts timeouts = {});

private:
    servers::TemporaryDirectory directory_;
    servers::PrivateRedis server_;
    AdminRedis admin_;
};

/// Records of one sealing time at offsets from `first` to `last`, both included.
std::vector<Record> rides(std::uint64_t first, std::uint64_t last, const std::string& data = "{}");

/// The id of a record that rides() made.
RecordId ride_id(std::uint64_t offset);

RecordId append(Log& log, RecordId expected, const std::vector<Record>& records);

/// What the log holds after `after`; waits for `wait_max` if that is nothing.
std::vector<Record> read(Log& log, RecordId after = {}, std::size_t count_max = 1'000,
                         std::chrono::milliseconds wait_max = std::chrono::milliseconds(0));

/// The Error that `call` throws; one that says so if it throws none.
template <class Call>
Error error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    return {Retry::transaction, "no error at all"};
}

}  // namespace contrail::test
