#include <csignal>

#include "demo/faults/kinds.hpp"
#include "demo/faults/system.hpp"
#include "postgres/connection.hpp"
#include "servers/process_tree.hpp"

namespace demo {

namespace {

/// A condition: PostgreSQL runs, in another process than now.
std::function<bool()> postgres_restarted(System& system) {
    auto& postgres = system.servers.postgres();
    return [&postgres, stopped = postgres.process().pid()] {
        return postgres.process().pid() != stopped && postgres.running();
    };
}

Injection kill_all(System& system, Random&) {
    Injection injection{.what = "killed PostgreSQL, all its processes at once (SIGKILL)",
                        .repair = "PostgreSQL runs again",
                        .repaired = postgres_restarted(system)};
    contrail::servers::kill_with_children(system.servers.postgres().process().pid());
    return injection;
}

Injection stop_at_once(System& system, Random&) {
    Injection injection{.what = "stopped PostgreSQL at once, as a crash would (SIGQUIT)",
                        .repair = "PostgreSQL runs again",
                        .repaired = postgres_restarted(system)};
    system.servers.postgres().process().signal(SIGQUIT);
    return injection;
}

/// Runs a query over the sessions of other programs.
std::string query_sessions(System& system, std::string_view query) {
    contrail::postgres::Connection connection(system.direct.database_url, "faults", {}, [](auto&) {});
    const auto result = connection.run({.what = "query the sessions"}, std::string(query));
    return std::string(result.text(0, 0));
}

Injection kill_a_session(System& system, Random&) {
    // The seed does not decide which: process ids do not follow from it either.
    const std::string pid =
        query_sessions(system,
                       "SELECT coalesce(max(pid), 0) FROM pg_stat_activity "
                       "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    if (pid == "0") return {.what = "PostgreSQL has no session to kill", .repair = "", .momentary = true};
    ::kill(std::stoi(pid), SIGKILL);
    return {.what = "killed the process of a PostgreSQL session (SIGKILL); PostgreSQL restarts by itself",
            .repair = "PostgreSQL takes sessions again",
            .momentary = true};
}

Injection end_sessions(System& system, Random&) {
    const std::string count =
        query_sessions(system,
                       "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                       "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    return {.what = "ended all " + count + " sessions of PostgreSQL", .repair = "", .momentary = true};
}

Injection freeze_postgres(System& system, Random&) {
    system.servers.postgres().freeze();
    return {.what = "froze PostgreSQL (SIGSTOP)", .repair = "PostgreSQL goes on", .end = [&system] {
                system.servers.postgres().thaw();
            }};
}

Fault postgres_fault(const std::string& name, const std::string& does, const std::string& ends,
                     Injection (*inject)(System&, Random&)) {
    return {.name = name,
            .target = Target::postgres,
            .does = does,
            .ends = ends,
            .inject = inject,
            .obstacle = needs_private_postgres};
}

}  // namespace

std::vector<Fault> postgres_faults() {
    constexpr auto restarts = "the supervisor restarts it, and it repairs its data";
    return {postgres_fault("kill-postgres", "SIGKILL to all processes of PostgreSQL", restarts, kill_all),
            postgres_fault("stop-postgres", "immediate shutdown of PostgreSQL", restarts, stop_at_once),
            postgres_fault("crash-postgres", "SIGKILL to the process of one PostgreSQL session",
                           "PostgreSQL ends all sessions, repairs its data, and goes on", kill_a_session),
            postgres_fault("end-postgres-sessions", "pg_terminate_backend() for all sessions of PostgreSQL",
                           "programs connect again at once", end_sessions),
            postgres_fault("freeze-postgres", "SIGSTOP to all processes of PostgreSQL", "SIGCONT",
                           freeze_postgres)};
}

}  // namespace demo
