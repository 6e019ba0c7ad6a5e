#include "admin/server_sources.hpp"

#include <utility>

#include "logs/logs.hpp"
#include "postgres/connection.hpp"

namespace contrail::admin {

metrics::Source postgres_source(const Settings& settings) {
    const postgres::Waits waits{
        .connect_max = server_wait_max, .answer_max = server_wait_max, .batch_max = server_wait_max};
    auto connection = std::make_shared<postgres::Connection>(settings.database_url, "admin", waits,
                                                             [](postgres::Connection&) {});
    return {.name = postgres_name,
            .probe = [connection] { connection->run({.what = "check whether it answers"}, "SELECT 1"); }};
}

std::shared_ptr<Log> impatient_log(const Settings& settings) {
    return logs::open(settings, {.connect = server_wait_max, .reply = server_wait_max});
}

metrics::Source log_source(const Settings& settings, std::shared_ptr<Log> log) {
    return {.name = logs::is_in_kafka(settings) ? kafka_name : redis_name,
            .probe = [log = std::move(log)] { log->head(); }};
}

}  // namespace contrail::admin
