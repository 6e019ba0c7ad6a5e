#include "postgres/connect.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "postgres/connect_error.hpp"
#include "postgres/database_url.hpp"
#include "postgres/errors.hpp"
#include "postgres/host_addresses.hpp"
#include "postgres/notices.hpp"

namespace contrail::postgres {

namespace {

constexpr int oldest_server_version = 130'000;

ConnectionHandle start(const std::string& url, const HostLists& hosts, const std::string& application_name,
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

void ignore_notice(void* /*nothing*/, const char* /*message*/) {}

void keep_notice(void* notices, const char* message) {
    static_cast<std::string*>(notices)->append(message);
}

/// What libpq is trying now.
HostAddress place_of(const PGconn* connection) {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    return {text(PQhost(connection)), text(PQhostaddr(connection)), text(PQport(connection))};
}

/// False: the place that libpq is trying has been silent for too long.
bool complete(PGconn* connection, Milliseconds wait_max) {
    HostAddress place = place_of(connection);
    Deadline deadline = std::chrono::steady_clock::now() + wait_max;
    auto state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_until_ready(connection, events, deadline)) return false;
        state = PQconnectPoll(connection);
        if (HostAddress now = place_of(connection); now != place) {
            place = std::move(now);
            deadline = std::chrono::steady_clock::now() + wait_max;
        }
    }
    return true;
}

/// libpq's own reading of connect_timeout, in seconds for each place, at least two; it holds for blocking calls only.
/// Where libpq would wait for ever, `usual`.
Milliseconds wait_max_in(const ConnectionOptions& options, Milliseconds usual) {
    const auto given = options.find("connect_timeout");
    int seconds = 0;
    if (given != options.end())
        std::from_chars(given->second.data(), given->second.data() + given->second.size(), seconds);
    return seconds <= 0 ? usual : Milliseconds(std::chrono::seconds(std::max(seconds, 2)));
}

/// The options of the URL, and those of the environment that say where the server is and how long to wait for it.
ConnectionOptions options_of(const std::string& url) {
    constexpr std::array<std::pair<const char*, const char*>, 4> variables{
        {{"host", "PGHOST"},
         {"hostaddr", "PGHOSTADDR"},
         {"port", "PGPORT"},
         {"connect_timeout", "PGCONNECT_TIMEOUT"}}};
    ConnectionOptions options = read_database_url(url);
    for (const auto& [keyword, variable] : variables)
        if (const char* const value = std::getenv(variable)) options.emplace(keyword, value);
    return options;
}

/// Connects to the first place that answers. libpq's asynchronous calls never leave a silent place for the next one.
ConnectionHandle connect_to_one_of(std::vector<HostAddress> places, const std::string& url,
                                   const std::string& application_name, Milliseconds wait_max,
                                   Acquaintance acquaintance, std::string& notices) {
    for (;;) {
        ConnectionHandle connection = start(url, lists_of(places), application_name, wait_max);
        if (!connection) throw std::bad_alloc();
        // libpq prints notices to standard error, which belongs to the program and not to a library. Some come
        // before the connection is complete.
        PQsetNoticeProcessor(connection.get(), keep_notice, &notices);
        PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
        if (complete(connection.get(), wait_max)) return connection;
        const auto silent = std::find(places.begin(), places.end(), place_of(connection.get()));
        if (silent == places.end() || places.size() == 1)
            throw connect_error(connection.get(),
                                "no answer within " + std::to_string(wait_max.count()) + " ms", acquaintance);
        places.erase(silent);
    }
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

}  // namespace

ConnectionHandle connect(const std::string& url, const std::string& application_name,
                         Milliseconds usual_wait_max, Acquaintance acquaintance) {
    const ConnectionOptions options = options_of(url);
    std::string notices;
    ConnectionHandle connection =
        connect_to_one_of(host_addresses(options, std::chrono::steady_clock::now() + usual_wait_max), url,
                          application_name, wait_max_in(options, usual_wait_max), acquaintance, notices);
    PQsetNoticeProcessor(connection.get(), ignore_notice, nullptr);
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw connect_error(connection.get(), PQerrorMessage(connection.get()), acquaintance);
    }
    require_version(connection.get());
    require_utf8(connection.get());
    if (!notices.empty()) pass_on_notice(describe(connection.get()) + ": " + in_sentences(notices));

    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    PQsetnonblocking(connection.get(), 1);
    return connection;
}

}  // namespace contrail::postgres
