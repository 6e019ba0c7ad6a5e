#include "integration/operations/pgbouncer.hpp"

#include <libpq-fe.h>

#include <fstream>

#include "base/percent_encode.hpp"
#include "postgres/database_url.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

constexpr auto port = "6432";

std::string server_host() {
    return postgres::read_database_url(shared_postgres().url()).at("host");
}

}  // namespace

Pgbouncer::Pgbouncer(const std::string& pool_mode)
    : folder_(directory_.path() / "pgbouncer", "PgBouncer", ".s.PGSQL.6432") {
    const auto users = folder_.path() / "users.txt";
    const auto settings = folder_.path() / "pgbouncer.ini";
    std::ofstream(users) << "\"postgres\" \"\"\n";
    std::ofstream(settings) << "[databases]\n* = host=" << server_host()
                            << "\n[pgbouncer]\nlisten_addr =\nlisten_port = " << port
                            << "\nunix_socket_dir = " << folder_.socket_folder().path().native()
                            << "\nauth_type = trust\nauth_file = " << users.native()
                            << "\npool_mode = " << pool_mode << '\n';
    servers::Command command;
    command.arguments = {"pgbouncer", settings};
    command.if_not_found = "apt-get install pgbouncer";
    process_ = folder_.start(command, folder_.lock(),
                             [this] { return PQping(url(shared_postgres().url()).c_str()) == PQPING_OK; });
}

std::string Pgbouncer::url(const std::string& direct_url) const {
    return "postgresql://postgres@" + base::percent_encode(folder_.socket_folder().path().native()) + ':' +
           port + '/' + postgres::read_database_url(direct_url).at("dbname");
}

}  // namespace contrail::test
