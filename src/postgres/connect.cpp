#include "postgres/connect.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <new>

#include "postgres/database_url.hpp"
#include "postgres/errors.hpp"

namespace contrail::postgres {

namespace {

constexpr int oldest_server_version = 130'000;

std::int64_t count_hosts(const ConnectionOptions& options) {
    const auto hosts = options.find("host");
    return hosts == options.end() ? 1 : 1 + std::count(hosts->second.begin(), hosts->second.end(), ',');
}

ConnectionHandle start(const std::string& url, const std::string& application_name) {
    // Keepalives and the timeout find out within a minute, or while sending within 10 s, that a server or the
    // way to it is gone without a word; and they pass on to the next host of a list.
    constexpr std::size_t count = 8;
    const std::array<const char*, count> keywords{"keepalives_idle",           "keepalives_interval",
                                                  "keepalives_count",          "tcp_user_timeout",
                                                  "fallback_application_name", "dbname",
                                                  "client_encoding",           nullptr};
    const std::array<const char*, count> values{
        "30", "10", "3", "10000", application_name.c_str(), url.c_str(), "UTF8", nullptr};
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

/// The SQLSTATE that libpq's verbose messages show, as in `FATAL:  28P01: password authentication failed`:
/// there is no other way to learn it. Empty if the failure is not a server's.
std::string_view sqlstate_in(std::string_view message) {
    constexpr std::size_t length = 5;
    for (auto at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at + 1)) {
        const auto code = message.substr(at + 3, length);
        const bool is_code = std::all_of(code.begin(), code.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        });
        if (is_code && message.substr(at + 3 + length).starts_with(": ")) return code;
    }
    return {};
}

/// Without the lines that say where in the server's source the error arose.
std::string without_locations(std::string_view message) {
    std::string text;
    while (!message.empty()) {
        const auto line = message.substr(0, message.find('\n'));
        if (!line.starts_with("LOCATION:") && !line.empty())
            text.append(text.empty() ? "" : " ").append(line);
        message.remove_prefix(std::min(line.size() + 1, message.size()));
    }
    return text;
}

Error connect_error(const PGconn* connection, std::string_view reason) {
    const auto sqlstate = sqlstate_in(reason);
    std::string message = "Cannot connect to " + describe(connection) + ": " + without_locations(reason);
    if (PQconnectionNeedsPassword(connection) != 0)
        return {Retry::never, message + " Add a password to DATABASE_URL."};
    // No SQLSTATE: no server was reached, or it answered nothing.
    if (sqlstate.empty()) return {Retry::call, message};
    const Remedy remedy = remedy_for(sqlstate);
    if (!remedy.advice.empty()) message.append(". ").append(remedy.advice);
    return {remedy.retry, message};
}

void require_version(const PGconn* connection) {
    if (PQserverVersion(connection) >= oldest_server_version) return;
    throw Error(Retry::never,
                "Cannot work with " + describe(connection) + ": the server is PostgreSQL " +
                    PQparameterStatus(connection, "server_version") +
                    ", and 13 or newer is needed for transaction ids of 64 bits. Upgrade the server.");
}

void ignore_notice(void* /*nothing*/, const char* /*message*/) {}

}  // namespace

ConnectionHandle connect(const std::string& url, const std::string& application_name, Milliseconds wait_max) {
    const auto hosts = count_hosts(read_database_url(url));
    ConnectionHandle connection = start(url, application_name);
    if (!connection) throw std::bad_alloc();
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    if (!complete(connection.get(), std::chrono::steady_clock::now() + wait_max * hosts)) {
        throw connect_error(connection.get(),
                            "no answer within " + std::to_string((wait_max * hosts).count()) + " ms");
    }
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw connect_error(connection.get(), PQerrorMessage(connection.get()));
    }
    require_version(connection.get());

    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    // libpq would print notices to stderr, which is the program's and not a library's.
    PQsetNoticeProcessor(connection.get(), ignore_notice, nullptr);
    PQsetnonblocking(connection.get(), 1);
    return connection;
}

}  // namespace contrail::postgres
