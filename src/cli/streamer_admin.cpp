#include "cli/streamer_admin.hpp"

#include "admin/server_sources.hpp"
#include "cli/status_metrics.hpp"
#include "operations/units.hpp"

namespace contrail::cli {

namespace {

constexpr auto status_name = "status";

/// A scrape does not wait longer. Postgres may take its time to count a backlog: what it has counted once
/// it need not count again.
constexpr operations::StatusWaits waits{
    .log = {.connect = std::chrono::milliseconds(500), .reply = std::chrono::milliseconds(500)},
    .postgres = {.connect_max = std::chrono::milliseconds(1'000),
                 .answer_max = std::chrono::milliseconds(5'000),
                 .batch_max = std::chrono::milliseconds(5'000)}};

std::optional<std::string> what_waits(const operations::Status& status) {
    if (!status.outbox.error.empty()) throw Error(Retry::call, status.outbox.error);
    if (!status.outbox.waiting_records) throw Error(Retry::call, status.log.error);
    if (*status.outbox.waiting_records == 0) return std::nullopt;
    std::string text =
        "Records that wait in the outbox: " + operations::count_text(*status.outbox.waiting_records);
    if (const auto seconds = status.outbox.oldest_waiting_seconds)
        text +=
            ", the oldest for " +
            operations::duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000)));
    return text + '.';
}

}  // namespace

StreamerAdmin::StreamerAdmin(const Settings& settings, const AdminOptions& options)
    : registry_(settings.stream_name),
      streamer_(registry_, system_clock()),
      retention_(registry_),
      poller_(settings, system_clock(), waits),
      server_(options, registry_) {
    server_.add(admin::postgres_source(settings));
    server_.add(admin::log_source(settings, admin::impatient_log(settings)));
    server_.add(
        metrics::Source{.name = status_name, .collect = [this] { return status_families(poller_.poll()); }});
    server_.add(metrics::HealthCheck{.name = "streamer",
                                     .watchdog = &streamer_.watchdog(),
                                     .waiting = [this] { return what_waits(poller_.poll()); },
                                     .source = status_name});
}

}  // namespace contrail::cli
