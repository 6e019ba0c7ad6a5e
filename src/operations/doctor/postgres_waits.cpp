#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

// A consumer's transaction takes milliseconds, and so does the answer of a standby.
constexpr auto held_max = 1min;
constexpr auto commit_max = 10s;

// A transaction that locks a row writes its id into the row.
constexpr auto holder_text = R"(
    SELECT consumer, pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''),
           coalesce(floor(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint
    FROM @schema@.checkpoints AS checkpoint
    JOIN pg_locks ON locktype = 'transactionid' AND transactionid = checkpoint.xmax AND granted
    JOIN pg_stat_activity USING (pid)
    WHERE stream = @stream@ AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 1)";

constexpr auto commits_text = R"(
    SELECT count(*), coalesce(max(floor(extract(epoch FROM clock_timestamp() - query_start))), 0)::bigint,
           current_setting('synchronous_standby_names')
    FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep')";

Finding checkpoint_finding(const PostgresWaits& waits) {
    const std::string check = "postgres.checkpoint_lock";
    const auto& holder = waits.holder;
    if (!holder) return ok(check, "none is locked");
    const std::string found = fmt::format(
        "that of {} is locked for {} by pid {}, user {}, {}{}", holder->consumer, duration_text(holder->age),
        holder->pid, holder->user, holder->state, holder->program.empty() ? "" : ", " + holder->program);
    if (holder->age < held_max) return ok(check, found);
    return warning(
        check, found,
        "The consumer waits until this transaction ends. If it is the consumer itself, its handler is "
        "slow or frozen. To end the session rolls its work back, and no record is lost.",
        {fmt::format("SELECT pg_terminate_backend({});", holder->pid)});
}

Finding commits_finding(const PostgresWaits& waits) {
    const std::string check = "postgres.commits";
    if (waits.commits == 0) return ok(check, "none waits for a standby");
    const std::string found = fmt::format("{} wait for a standby, the oldest for {}", waits.commits,
                                          duration_text(waits.oldest_commit));
    if (waits.oldest_commit < commit_max) return ok(check, found);
    return error(
        check, found,
        "Commits wait for a synchronous standby that does not answer. Producers, streamer and consumers "
        "hang until it is back, and each waiting commit keeps its connection. Bring the standby back, or "
        "take its name out of synchronous_standby_names, which is now '" +
            waits.standby_names + "'.",
        {"ALTER SYSTEM SET synchronous_standby_names = '';   -- commits are then on one server only",
         "SELECT pg_reload_conf();"});
}

}  // namespace

PostgresWaits gather_postgres_waits(Database& database) {
    const auto held =
        read(database.connection, "find out who holds a checkpoint", database.filled(holder_text));
    const auto commits = read(database.connection, "find commits that wait for a standby", commits_text);
    PostgresWaits waits{.commits = commits.integer(0, 0),
                        .oldest_commit = seconds(commits.integer(0, 1)),
                        .standby_names = std::string(commits.text(0, 2))};
    if (held.rows() > 0)
        waits.holder = PostgresWaits::Holder{.consumer = std::string(held.text(0, 0)),
                                             .pid = static_cast<int>(held.integer(0, 1)),
                                             .user = std::string(held.text(0, 2)),
                                             .program = std::string(held.text(0, 3)),
                                             .state = std::string(held.text(0, 4)),
                                             .age = seconds(held.integer(0, 5))};
    return waits;
}

Findings judge(const PostgresWaits& waits) {
    return {checkpoint_finding(waits), commits_finding(waits)};
}

}  // namespace contrail::operations::doctor
