#include "postgres/connect.hpp"

#include <poll.h>

#include <array>
#include <new>
#include <utility>
#include <vector>

#include "postgres/connect_error.hpp"
#include "postgres/database_url.hpp"
#include "postgres/errors.hpp"
#include "postgres/host_addresses.hpp"

namespace contrail::postgres {

namespace {

constexpr int oldest_server_version = 130'000;

ConnectionHandle start(const std::string& url, const HostAddresses& hosts, const std::string& application_name,
                       Milliseconds wait_max) {
    // A server or the network may fail silently. Keepalives detect that within a minute, and the user timeout
    // as soon as data is sent. The user timeout also makes libpq give up a silent address for the next one.
    const std::string user_timeout = std::to_string(wait_max.count());
    // What follows the URL replaces what it says, and an empty value replaces nothing.
    const std::array<std::pair<const char*, const char*>, 10> settings{
        {{"keepalives_idle", "30"},
         {"keepalives_interval", "10"},
         {"keepalives_count", "3"},
         {"tcp_user_timeout", user_timeout.c_str()},
         {"fallback_application_name", application_name.c_str()},
         {"dbname", url.c_str()},
         {"client_encoding", "UTF8"},
         {"host", hosts.hosts.c_str()},
         {"hostaddr", hosts.addresses.c_str()},
         {"port", hosts.ports.c_str()}}};
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : settings) {
        keywords.push_back(keyword);
        values.push_back(value);
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return ConnectionHandle(PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/1));
}

/// False: the deadline passed.
bool complete(PGconn* connection, Deadline deadline) {
    auto state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_until_ready(connection, events, deadline)) return false;
        state = PQconnectPoll(connection);
    }
    return true;
}

void require_version(const PGconn* connection) {
    if (PQserverVersion(connection) >= oldest_server_version) return;
    throw Error(
        Retry::never,
        "Cannot work with " + describe(connection) + ": the server is PostgreSQL " +
            PQparameterStatus(connection, "server_version") +
            ", but Contrail needs 13 or newer, which has 64-bit transaction ids. Upgrade the server.");
}

/// A database in another encoding refuses characters that it lacks, or takes bytes that are no text. Either
/// stops the log.
void require_utf8(const PGconn* connection) {
    const std::string encoding = PQparameterStatus(connection, "server_encoding");
    if (encoding == "UTF8") return;
    throw Error(Retry::never,
                "Cannot work with " + describe(connection) + ": the database has the encoding " + encoding +
                    ", and Contrail needs UTF8. A record may hold any character, and another encoding cannot "
                    "store or send all of them. Nothing was done. Create a database with CREATE DATABASE … "
                    "ENCODING 'UTF8' TEMPLATE template0, and move the tables there with pg_dump.");
}

void ignore_notice(void* /*nothing*/, const char* /*message*/) {}

}  // namespace

ConnectionHandle connect(const std::string& url, const std::string& application_name, Milliseconds wait_max,
                         Acquaintance acquaintance) {
    const auto hosts = host_addresses(read_database_url(url), std::chrono::steady_clock::now() + wait_max);
    const Milliseconds all_wait_max = wait_max * hosts.count;
    ConnectionHandle connection = start(url, hosts, application_name, wait_max);
    if (!connection) throw std::bad_alloc();
    // libpq prints notices to standard error, which belongs to the program and not to a library. Some come
    // before the connection is complete.
    PQsetNoticeProcessor(connection.get(), ignore_notice, nullptr);
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    if (!complete(connection.get(), std::chrono::steady_clock::now() + all_wait_max)) {
        throw connect_error(connection.get(),
                            "no answer within " + std::to_string(all_wait_max.count()) + " ms", acquaintance);
    }
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw connect_error(connection.get(), PQerrorMessage(connection.get()), acquaintance);
    }
    require_version(connection.get());
    require_utf8(connection.get());

    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    PQsetnonblocking(connection.get(), 1);
    return connection;
}

}  // namespace contrail::postgres
