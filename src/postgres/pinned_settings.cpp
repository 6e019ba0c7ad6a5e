#include "postgres/pinned_settings.hpp"

#include <string_view>

namespace contrail::postgres {

namespace {

constexpr int first_version_that_checks_clients = 140'000;
constexpr int first_version_that_ends_idle_sessions = 140'000;
constexpr int first_version_that_ends_transactions = 170'000;

/// Bounds that a role or a database may set for its other programs, and that would end a session of ours amid its work.
std::string no_bounds(int server_version) {
    std::string text =
        "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET exit_on_error = off; ";
    if (server_version >= first_version_that_ends_idle_sessions) text += "SET idle_session_timeout = 0; ";
    if (server_version >= first_version_that_ends_transactions) text += "SET transaction_timeout = 0; ";
    return text;
}

// A server on Windows knows the setting and refuses every value but 0.
std::string client_check(int server_version, std::string_view is_local) {
    if (server_version < first_version_that_checks_clients) return "";
    return "SELECT pg_catalog.set_config('client_connection_check_interval', '10s', " +
           std::string(is_local) + ") WHERE pg_catalog.version() OPERATOR(pg_catalog.!~) 'Visual C|mingw'; ";
}

std::string in_ms(Milliseconds value) {
    return std::to_string(value.count());
}

}  // namespace

std::string pinned_transaction(Milliseconds lock_wait_max) {
    return "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL row_security = off; "
           "SET LOCAL lock_timeout = " +
           in_ms(lock_wait_max) + "; ";
}

std::string pinned_session(int server_version, Milliseconds lock_wait_max) {
    return "SET search_path = pg_catalog, pg_temp; SET row_security = off; SET lock_timeout = " +
           in_ms(lock_wait_max) + "; " + no_bounds(server_version) + client_check(server_version, "false");
}

}  // namespace contrail::postgres
