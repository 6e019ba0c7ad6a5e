#include "integration/redis/redis_server.hpp"

#include <limits>
#include <stdexcept>

#include "support/free_port.hpp"

namespace contrail::test {

RedisServer::RedisServer(Data data)
    : server_(
          {.data_dir = directory_.path() / "redis", .append_only = data == Data::on_disk, .settings = {}}),
      admin_(server_.url()) {}

std::string RedisServer::open_port(const std::string& kind) {
    run({"CONFIG", "SET", "bind", "127.0.0.1"});
    std::string port = std::to_string(free_port());
    run({"CONFIG", "SET", kind, port});
    return port;
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
