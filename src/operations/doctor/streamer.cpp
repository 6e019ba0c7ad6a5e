#include <fmt/format.h>

#include <stop_token>

#include "contrail/clock.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"
#include "postgres/outbox_statements.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr std::chrono::milliseconds between_polls{100};

/// The sessions that hold the streamers' lock, those of streamers first.
std::string lock_query() {
    return "SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(host(client_addr), ''), "
           "is_streamer FROM (" +
           postgres::streamer_lock_holders("@schema_name@") +
           ") AS holder JOIN pg_stat_activity USING (pid) ORDER BY is_streamer DESC, pid";
}

void gather_lock(Database& database, StreamerProgress& progress) {
    const auto result =
        read(database.connection, "find the streamer that leads", database.filled(lock_query()));
    for (int row = 0; row < result.rows(); ++row) {
        auto& holder = result.boolean(row, 4) ? progress.lead : progress.stranger;
        if (!holder)
            holder = StreamerProgress::Lead{.pid = static_cast<int>(result.integer(row, 0)),
                                            .user = std::string(result.text(row, 1)),
                                            .program = std::string(result.text(row, 2)),
                                            .client = std::string(result.text(row, 3))};
    }
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

Finding stranger_finding(const StreamerProgress::Lead& stranger) {
    return warning(
        "streamer.lock",
        fmt::format("pid {} holds the streamers' lock, and its user {} may not seal batches", stranger.pid,
                    stranger.user),
        "Streamers ignore this lock, so records flow. But while it is held, a streamer that stands by leads too, "
        "and both do the same work. Find out what the session does, and end it.",
        {fmt::format("SELECT pg_terminate_backend({});", stranger.pid)});
}

}  // namespace

StreamerProgress gather_streamer_progress(Database& database, LogWriter& log, const LogPlace& first,
                                          std::chrono::milliseconds watch_max) {
    Clock& clock = system_clock();
    const auto begun = clock.now();
    StreamerProgress progress{.first = first, .last = first};
    gather_lock(database, progress);
    while (progress.last.waiting() > 0 && !moved(progress.first, progress.last) &&
           progress.watched < watch_max) {
        clock.wait(between_polls, std::stop_token());
        progress.last = gather_log_place(database, log);
        progress.watched = clock.now() - begun;
    }
    return progress;
}

Findings judge(const StreamerProgress& progress) {
    Findings findings{streamer_finding(progress)};
    if (progress.stranger) findings.push_back(stranger_finding(*progress.stranger));
    return findings;
}

}  // namespace contrail::operations::doctor
