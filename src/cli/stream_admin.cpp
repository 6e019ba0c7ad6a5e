#include "cli/stream_admin.hpp"

#include <utility>

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

StreamAdmin::StreamAdmin(std::string name, Settings settings)
    : settings_(std::move(settings)),
      registry_(std::move(name)),
      streamer_(registry_, system_clock()),
      retention_(registry_) {}

void StreamAdmin::add_to(metrics::AdminServer& server, metrics::HealthCheck check) {
    server.add(metrics::Source{.name = status_name, .stream = registry_.stream(), .collect = [this] {
                                   return status_families(poll());
                               }});
    check.watchdog = &streamer_.watchdog();
    check.waiting = [this] { return what_waits(poll()); };
    check.source = status_name;
    check.stream = registry_.stream();
    server.add(std::move(check));
}

operations::Status StreamAdmin::poll() {
    if (!poller_) poller_.emplace(settings_, system_clock(), waits);
    operations::Status status = poller_->poll();
    status.stream = registry_.stream();
    return status;
}

}  // namespace contrail::cli
