#include "postgres/pinned_settings.hpp"

namespace contrail::postgres {

namespace {

constexpr int first_version_that_checks_clients = 140'000;

// A server on Windows knows the setting and refuses every value but 0.
constexpr std::string_view client_check =
    "; SELECT set_config('client_connection_check_interval', '10s', false) "
    "WHERE version() !~ 'Visual C|mingw'";

}  // namespace

std::string pinned_session(int server_version) {
    std::string text = "SET search_path = pg_catalog, pg_temp; SET row_security = off";
    if (server_version >= first_version_that_checks_clients) text += client_check;
    return text;
}

}  // namespace contrail::postgres
