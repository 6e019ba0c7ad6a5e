#include <csignal>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"
#include "postgres/connection.hpp"
#include "servers/process_tree.hpp"

namespace rocket_rides::chaos {

namespace {

Strike kill_all(World& world, Random&) {
    contrail::servers::kill_with_children(world.servers.postgres().process().pid());
    return {.told = "killed PostgreSQL, all its processes at once"};
}

Strike stop_at_once(World& world, Random&) {
    world.servers.postgres().process().signal(SIGQUIT);
    return {.told = "stopped PostgreSQL by an immediate shutdown"};
}

/// Runs a query over the sessions of everybody else.
std::string over_sessions(World& world, std::string_view query) {
    contrail::postgres::Connection connection(world.direct.database_url, "chaos", {}, [](auto&) {});
    const auto result = connection.run({.what = "look at the sessions"}, std::string(query));
    return std::string(result.text(0, 0));
}

Strike kill_a_session(World& world, Random&) {
    // Its choice is not a matter of the seed: process ids are not either.
    const std::string pid =
        over_sessions(world,
                      "SELECT coalesce(max(pid), 0) FROM pg_stat_activity "
                      "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    if (pid == "0") return {.told = "no session is there to be killed", .over = true};
    ::kill(std::stoi(pid), SIGKILL);
    return {.told = "killed a session's process of PostgreSQL's, which then restarts by itself",
            .over = true};
}

Strike end_sessions(World& world, Random&) {
    const std::string count =
        over_sessions(world,
                      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                      "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    return {.told = "ended all " + count + " sessions of PostgreSQL's", .over = true};
}

Strike freeze(World& world, Random&) {
    world.servers.postgres().freeze();
    return {.told = "froze PostgreSQL", .undo = [&world] { world.servers.postgres().thaw(); }};
}

}  // namespace

std::vector<Disaster> postgres_failures() {
    const auto disaster = [](const char* name, const char* does, const char* undone,
                             auto strike) -> Disaster {
        return {.name = name, .victim = Victim::postgres, .does = does, .undone = undone, .strike = strike};
    };
    constexpr auto started_again = "it is started again, and repairs its data";
    return {disaster("kill-postgres", "SIGKILL to all processes of PostgreSQL", started_again, kill_all),
            disaster("stop-postgres", "immediate shutdown of PostgreSQL", started_again, stop_at_once),
            disaster("crash-postgres", "SIGKILL to one session's process of PostgreSQL",
                     "it ends all sessions, repairs its data and goes on", kill_a_session),
            disaster("end-postgres-sessions", "pg_terminate_backend() for all sessions of PostgreSQL",
                     "new ones can be begun at once", end_sessions),
            disaster("freeze-postgres", "SIGSTOP to all processes of PostgreSQL", "SIGCONT", freeze)};
}

}  // namespace rocket_rides::chaos
