#include "postgres/connect_error.hpp"

#include <algorithm>
#include <string>

#include "postgres/errors.hpp"

namespace contrail::postgres {

namespace {

/// The SQLSTATE in a message such as `FATAL:  28P01: password authentication failed`: libpq has no function
/// that returns it. Empty if the message is not from a server.
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

/// `message` without the lines that locate the error in the server's source code.
std::string without_locations(std::string_view message) {
    std::string text;
    while (!message.empty()) {
        const auto line = message.substr(0, message.find('\n'));
        if (!line.starts_with("LOCATION:")) text.append(line).append("\n");
        message.remove_prefix(std::min(line.size() + 1, message.size()));
    }
    return text;
}

/// Object_not_in_prerequisite_state has another meaning here than for a statement.
constexpr std::string_view not_accepting = "55000";

Remedy remedy_for_refusal(std::string_view sqlstate) {
    if (sqlstate == not_accepting)
        return {
            Retry::call,
            "The database is closed for now. To open it, run ALTER DATABASE … WITH ALLOW_CONNECTIONS true."};
    return remedy_for(sqlstate);
}

/// libpq does not say what is wrong with a server's certificate. A late renewal is a matter for the server's operator.
constexpr std::string_view certificate_advice =
    "Renew the server's certificate if it has expired. If an authority of your own has signed it, name that one's "
    "file in DATABASE_URL: sslrootcert=/path/to/ca.pem.";

/// With `advice`, and for a known server with what this program does meanwhile.
Error refusal(std::string message, const Remedy& remedy, Acquaintance acquaintance) {
    append_sentence(message, remedy.advice);
    if (remedy.retry != Retry::never || acquaintance == Acquaintance::none) return {remedy.retry, message};
    append_sentence(
        message,
        "The server let this program in before. If it is closed for maintenance, nothing needs to be "
        "done: the program keeps trying.");
    return {Retry::call, message};
}

}  // namespace

Error connect_error(const PGconn* connection, std::string_view reason, Acquaintance acquaintance) {
    const auto sqlstate = sqlstate_in(reason);
    std::string message =
        "Cannot connect to " + describe(connection) + ": " + in_sentences(without_locations(reason));
    if (PQconnectionNeedsPassword(connection) != 0) {
        return refusal(message, {Retry::never, "Add a password to DATABASE_URL."}, acquaintance);
    }
    if (sqlstate.empty()) {
        append_sentence(message, reason.find("certificate verify failed") == std::string_view::npos
                                     ? ""
                                     : certificate_advice);
        return {Retry::call, message};
    }
    return refusal(message, remedy_for_refusal(sqlstate), acquaintance);
}

}  // namespace contrail::postgres
