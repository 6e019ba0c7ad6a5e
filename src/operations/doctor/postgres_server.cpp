#include <filesystem>

#include "operations/doctor/checks.hpp"
#include "postgres/handles.hpp"

namespace contrail::operations::doctor {

namespace {

Finding postgres_role_finding(const PostgresServer& server) {
    if (server.standby)
        return error(
            "postgres.role", "standby",
            "A standby takes no writes: streamer and consumers wait. Point the URL at the primary. A URL "
            "with several hosts finds the primary by itself, after a failover too.",
            {"DATABASE_URL='postgres://user@host1,host2/" + server.database +
             "?target_session_attrs=read-write'"});
    if (server.read_only)
        return error(
            "postgres.role", "read-only by default",
            "Transactions in this database may not write: streamer and consumers wait.",
            {"ALTER DATABASE " + quoted_name(server.database) + " SET default_transaction_read_only = off;"});
    return ok("postgres.role", "primary");
}

Finding postgres_transport_finding(const PostgresServer& server) {
    const std::string check = "postgres.transport";
    if (server.local) return ok(check, server.tls ? "TLS, on this machine" : "on this machine");
    if (server.tls && server.certificate_checked) return ok(check, "TLS, certificate checked");
    if (server.tls)
        return warning(
            check, "TLS, certificate not checked (sslmode=" + server.sslmode + ")",
            "A machine between here and the server can pass for the server, and read and change everything. Only "
            "verify-ca and verify-full check the server's certificate, and allow, prefer and disable fall back to "
            "clear text.",
            {"DATABASE_URL='postgres://…?sslmode=verify-full&sslrootcert=/path/to/ca.pem'"});
    return warning(check, "over the network, in clear text",
                   "A machine between here and the server can read and change records.",
                   {"DATABASE_URL='postgres://…?sslmode=verify-full'   # after ssl = on in postgresql.conf"});
}

bool is_local(PGconn* connection) {
    const std::string_view host = PQhost(connection);
    return host.starts_with('/') || host.starts_with('@') || host == "localhost" || host == "::1" ||
           host.starts_with("127.");
}

std::string connection_option(PGconn* connection, std::string_view keyword) {
    const postgres::OptionsHandle options(PQconninfo(connection));
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->keyword == keyword && option->val != nullptr) return option->val;
    return {};
}

/// With a file of authorities, libpq takes `require` for `verify-ca`.
bool checks_certificate(PGconn* connection) {
    const std::string mode = connection_option(connection, "sslmode");
    if (mode == "verify-ca" || mode == "verify-full") return true;
    const std::string authorities = connection_option(connection, "sslrootcert");
    return mode == "require" && !authorities.empty() && std::filesystem::exists(authorities);
}

}  // namespace

PostgresServer gather_postgres_server(Database& database) {
    const auto result =
        read(database.connection, "read the server's version and role",
             "SELECT current_setting('server_version'), current_database(), pg_is_in_recovery(), "
             "(SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only')");
    return {.version = std::string(result.text(0, 0)),
            .database = std::string(result.text(0, 1)),
            .standby = result.boolean(0, 2),
            .read_only = result.boolean(0, 3),
            .local = is_local(database.connection.native()),
            .tls = PQsslInUse(database.connection.native()) == 1,
            .certificate_checked = checks_certificate(database.connection.native()),
            .sslmode = connection_option(database.connection.native(), "sslmode")};
}

Findings judge(const PostgresServer& server) {
    // The connection itself refuses a server that is too old for Contrail.
    return {ok("postgres.version", "PostgreSQL " + server.version), postgres_role_finding(server),
            postgres_transport_finding(server)};
}

}  // namespace contrail::operations::doctor
