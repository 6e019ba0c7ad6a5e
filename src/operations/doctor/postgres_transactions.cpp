#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

// A service's transaction takes milliseconds; a report's may take minutes.
constexpr auto staging_max = 1min;
constexpr auto open_max = 1h;

// A transaction that has staged records holds an INSERT's lock on a segment until it ends.
constexpr auto staging = R"(
    SELECT virtualtransaction, pid FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation IN (SELECT inhrelid FROM pg_inherits
                       WHERE inhparent = $name$@schema@.staged_log_records$name$::regclass))";

constexpr auto open_text = R"(
    WITH staging AS MATERIALIZED (@staging@)
    SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''),
           floor(extract(epoch FROM clock_timestamp() - xact_start))::bigint,
           pid IN (SELECT pid FROM staging)
    FROM pg_stat_activity
    WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    ORDER BY @order@ xact_start LIMIT 1)";

constexpr auto prepared_text = R"(
    WITH staging AS MATERIALIZED (@staging@)
    SELECT gid, owner, floor(extract(epoch FROM clock_timestamp() - prepared))::bigint,
           '-1/' || transaction IN (SELECT virtualtransaction FROM staging)
    FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1)";

constexpr auto hidden_text = R"(
    SELECT current_user, count(*) FILTER (WHERE query = '<insufficient privilege>')
    FROM pg_stat_activity WHERE datname = current_database())";

std::string terminate(int pid) {
    return fmt::format("SELECT pg_terminate_backend({});", pid);
}

std::string describe(const PostgresTransactions::Open& open) {
    return fmt::format("{} open: pid {}, user {}, {}{}", duration_text(open.age), open.pid, open.user,
                       open.state, open.program.empty() ? "" : ", " + open.program);
}

Finding staging_finding(const PostgresTransactions& transactions) {
    const std::string check = "postgres.staging_transaction";
    const auto& open = transactions.oldest_staging;
    if (!open) return ok(check, "none has staged records");
    if (open->age < staging_max) return ok(check, describe(*open));
    return warning(
        check, describe(*open),
        "The records that this transaction has staged wait until it ends; records of other transactions "
        "pass them. The outbox cannot empty the segment that holds them. To end the session rolls its "
        "records back.",
        {terminate(open->pid)});
}

Finding open_finding(const PostgresTransactions& transactions) {
    const std::string check = "postgres.oldest_transaction";
    const std::string note =
        transactions.hidden == 0
            ? ""
            : fmt::format(" (this user may not see {} other sessions)", transactions.hidden);
    const auto& open = transactions.oldest;
    if (!open) return ok(check, "none" + note);
    if (open->age < open_max) return ok(check, describe(*open) + note);
    return warning(
        check, describe(*open) + note,
        "This transaction delays no records but its own. But vacuum keeps every row in the cluster that "
        "died since it began. Tables with many updates, such as checkpoints, grow and get slow.",
        {terminate(open->pid)});
}

Finding prepared_finding(const PostgresTransactions& transactions) {
    const std::string check = "postgres.prepared_transaction";
    const auto& prepared = transactions.oldest_prepared;
    if (!prepared) return ok(check, "none");
    const std::string found = fmt::format("'{}' of {}, prepared {} ago", prepared->name, prepared->owner,
                                          duration_text(prepared->age));
    if (prepared->age < staging_max) return ok(check, found);
    const std::vector<std::string> fix{
        fmt::format("COMMIT PREPARED '{0}';   -- or ROLLBACK PREPARED '{0}';", prepared->name)};
    if (prepared->has_staged)
        return warning(
            check, found,
            "A prepared transaction stays, across restarts too, until it is committed or rolled back. The "
            "records that it has staged wait for that, and it holds up vacuum.",
            fix);
    return warning(
        check, found,
        "A prepared transaction stays, across restarts too, until it is committed or rolled back. It holds "
        "up vacuum.",
        fix);
}

std::string transactions_query(Database& database, std::string text, std::string_view order = "") {
    for (const auto& [placeholder, value] :
         {std::pair<std::string_view, std::string_view>{"@staging@", staging}, {"@order@", order}})
        if (const auto at = text.find(placeholder); at != std::string::npos)
            text.replace(at, placeholder.size(), value);
    return database.filled(text);
}

std::optional<PostgresTransactions::Open> open_in(const postgres::Result& result) {
    if (result.rows() == 0) return std::nullopt;
    return PostgresTransactions::Open{.pid = static_cast<int>(result.integer(0, 0)),
                                      .user = std::string(result.text(0, 1)),
                                      .program = std::string(result.text(0, 2)),
                                      .state = std::string(result.text(0, 3)),
                                      .age = seconds(result.integer(0, 4)),
                                      .has_staged = result.boolean(0, 5)};
}

}  // namespace

PostgresTransactions gather_postgres_transactions(Database& database) {
    constexpr std::string_view what = "find open transactions";
    const auto ask = [&](const std::string& text) { return read(database.connection, what, text); };
    PostgresTransactions transactions;
    transactions.oldest = open_in(ask(transactions_query(database, open_text)));
    transactions.oldest_staging =
        open_in(ask(transactions_query(database, open_text, "pid IN (SELECT pid FROM staging) DESC,")));
    if (transactions.oldest_staging && !transactions.oldest_staging->has_staged)
        transactions.oldest_staging.reset();
    if (const auto prepared = ask(transactions_query(database, prepared_text)); prepared.rows() > 0)
        transactions.oldest_prepared =
            PostgresTransactions::Prepared{.name = std::string(prepared.text(0, 0)),
                                           .owner = std::string(prepared.text(0, 1)),
                                           .age = seconds(prepared.integer(0, 2)),
                                           .has_staged = prepared.boolean(0, 3)};
    const auto hidden = ask(hidden_text);
    transactions.user = hidden.text(0, 0);
    transactions.hidden = hidden.integer(0, 1);
    return transactions;
}

Findings judge(const PostgresTransactions& transactions) {
    return {open_finding(transactions), staging_finding(transactions), prepared_finding(transactions)};
}

}  // namespace contrail::operations::doctor
