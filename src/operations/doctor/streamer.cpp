#include <fmt/format.h>

#include <stop_token>

#include "contrail/clock.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"
#include "postgres/outbox_statements.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr std::chrono::milliseconds between_polls{100};

/// The session that holds the streamers' advisory lock. pg_locks shows a lock on one bigint as two halves.
std::string lead_query() {
    return "WITH lock AS (SELECT " + postgres::streamer_lock_key("@schema_name@") + R"( AS key)
    SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(host(client_addr), '')
    FROM lock, pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = (key >> 32 & 4294967295)::oid AND objid = (key & 4294967295)::oid)";
}

std::optional<StreamerProgress::Lead> gather_lead(Database& database) {
    const auto result =
        read(database.connection, "find the streamer that leads", database.filled(lead_query()));
    if (result.rows() == 0) return std::nullopt;
    return StreamerProgress::Lead{.pid = static_cast<int>(result.integer(0, 0)),
                                  .user = std::string(result.text(0, 1)),
                                  .program = std::string(result.text(0, 2)),
                                  .client = std::string(result.text(0, 3))};
}

bool moved(const LogPlace& first, const LogPlace& last) {
    return first.head != last.head || first.sealed != last.sealed;
}

std::string waiting_text(const LogPlace& place) {
    if (place.waiting() == 0) return "nothing waits";
    const bool more = place.unsealed >= LogPlace::unsealed_max;
    std::string text = records_text(place.waiting()) + (more ? " or more" : "") +
                       (place.waiting() == 1 ? " waits" : " wait");
    if (place.oldest_waiting_ms)
        text += ", the oldest sealed " + duration_text(std::chrono::milliseconds(*place.oldest_waiting_ms)) +
                " ago";
    return text;
}

std::string lead_name(const std::optional<StreamerProgress::Lead>& lead) {
    if (!lead) return "no streamer leads";
    std::string text = fmt::format("pid {} leads (user {}", lead->pid, lead->user);
    if (!lead->client.empty()) text += ", from " + lead->client;
    return text + ')';
}

/// Judges by what moves: the holder of the lock may be frozen, and a streamer can move records without it.
Finding streamer_finding(const StreamerProgress& progress) {
    const std::string check = "streamer.progress";
    const std::string found = lead_name(progress.lead) + "; " + waiting_text(progress.last);
    const std::vector<std::string> start{"systemctl start contrail-streamer   # or: contrail stream"};
    const bool stalled = progress.last.waiting() > 0 && !moved(progress.first, progress.last);
    if (!stalled && (progress.lead || moved(progress.first, progress.last))) return ok(check, found);
    if (!stalled)
        return warning(check, found, "No streamer runs. Records staged from now on will wait. Start one.",
                       start);
    if (!progress.lead)
        return error(check, found, "No streamer runs. Records wait in the outbox until one does. Start one.",
                     start);
    return error(
        check, fmt::format("{}, and nothing moved for {}", found, duration_text(progress.watched)),
        "A streamer leads, but moves no records. Its log says what it waits for. If it is frozen, end its "
        "session: another streamer then leads.",
        {"journalctl -u contrail-streamer -n 20",
         fmt::format("SELECT pg_terminate_backend({});", progress.lead->pid)});
}

}  // namespace

StreamerProgress gather_streamer_progress(Database& database, LogWriter& log, const LogPlace& first,
                                          std::chrono::milliseconds watch_max) {
    Clock& clock = system_clock();
    const auto begun = clock.now();
    StreamerProgress progress{.lead = gather_lead(database), .first = first, .last = first};
    while (progress.last.waiting() > 0 && !moved(progress.first, progress.last) &&
           progress.watched < watch_max) {
        clock.wait(between_polls, std::stop_token());
        progress.last = gather_log_place(database, log);
        progress.watched = clock.now() - begun;
    }
    return progress;
}

Findings judge(const StreamerProgress& progress) {
    return {streamer_finding(progress)};
}

}  // namespace contrail::operations::doctor
