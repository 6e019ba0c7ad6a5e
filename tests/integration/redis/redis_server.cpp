#include "integration/redis/redis_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <limits>
#include <stdexcept>

#include "servers/descriptors.hpp"

namespace contrail::test {

namespace {

/// A port that nobody listened on just now.
std::string free_port() {
    const servers::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.get(), any, size) != 0 || ::getsockname(socket.get(), any, &size) != 0)
        throw std::runtime_error("no port is free");
    return std::to_string(ntohs(address.sin_port));
}

}  // namespace

RedisServer::RedisServer(Data data)
    : server_(
          {.data_dir = directory_.path() / "redis", .append_only = data == Data::on_disk, .settings = {}}),
      admin_(server_.url()) {}

std::string RedisServer::open_port(const std::string& kind) {
    run({"CONFIG", "SET", "bind", "127.0.0.1"});
    for (int attempts_left = 10;; --attempts_left) {
        std::string port = free_port();
        try {
            run({"CONFIG", "SET", kind, port});
            return port;
        } catch (const std::runtime_error&) {  // somebody else was faster
            if (attempts_left == 0) throw;
        }
    }
}

redis::RedisLog RedisServer::log_at(const std::string& url, redis::Timeouts timeouts) {
    return {redis::parse_url(url), StreamName("rides"), timeouts};
}

std::vector<Record> rides(std::uint64_t first, std::uint64_t last, const std::string& data) {
    std::vector<Record> records;
    for (std::uint64_t offset = first; offset <= last; ++offset)
        records.push_back({ride_id(offset), "create", "ride", data});
    return records;
}

RecordId ride_id(std::uint64_t offset) {
    return {1'700'000'000'000, Offset{offset}};
}

RecordId append(Log& log, RecordId expected, const std::vector<Record>& records) {
    log.append_begin(expected, records);
    return log.append_end();
}

std::vector<Record> read(Log& log, RecordId after, std::size_t count_max,
                         std::chrono::milliseconds wait_max) {
    std::vector<Record> records;
    const auto any_bytes = std::numeric_limits<std::size_t>::max();
    log.read_begin(after, {.records_max = count_max, .bytes_max = any_bytes}, wait_max);
    log.read_end(records);
    return records;
}

}  // namespace contrail::test
