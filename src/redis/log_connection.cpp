#include "redis/log_connection.hpp"

#include <thread>
#include <utility>

#include "redis/cluster.hpp"
#include "redis/sentinels.hpp"

namespace contrail::redis {

namespace {

/// Between two questions where the log is. Callers pause longer and longer between their calls, up to seconds: with
/// those pauses alone, a fail-over would be noticed when twice its time has passed.
constexpr std::chrono::milliseconds search_pause{100};

}  // namespace

LogConnection::LogConnection(Endpoint endpoint, std::string key, Timeouts timeouts)
    : endpoint_(std::move(endpoint)),
      key_(std::move(key)),
      timeouts_(timeouts),
      connection_(endpoint_, timeouts) {}

void LogConnection::open() {
    if (connection_.is_open()) return;
    if (is_one_server()) return connection_.open();
    const auto give_up = std::chrono::steady_clock::now() + timeouts_.connect;
    for (;;) {
        try {
            connection_ = find();
            found_at_ = {.name = server().host, .port = server().port};
            return;
        } catch (const Circle&) {
            throw;
        } catch (const Error& error) {
            if (error.retry() == Retry::never || std::chrono::steady_clock::now() + search_pause > give_up)
                throw;
        }
        std::this_thread::sleep_for(search_pause);
    }
}

Connection LogConnection::find() const {
    if (endpoint_.in_cluster()) return connect_to_owner(endpoint_, key_, found_at_, timeouts_);
    return connect_to_master(endpoint_, timeouts_);
}

std::string LogConnection::name() const {
    if (is_one_server() || !connection_.is_open()) return endpoint_.name();
    return endpoint_.name() + " (now " + hosts_text({*found_at_}, usual_port) + ')';
}

}  // namespace contrail::redis
