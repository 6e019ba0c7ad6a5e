#include "postgres/errors.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace contrail::postgres {

namespace {

struct Rule {
    std::string_view prefix;
    Remedy remedy;
};

// The first rule whose prefix fits applies. An operator must act on any other error. See appendix A of
// PostgreSQL's manual.
constexpr Rule rules[] = {
    {"08", {Retry::call, ""}},
    {"25006",
     {Retry::call,
      "The session is read-only. If the server is a standby, connect to the primary. If this is a "
      "reconciliation, give it a query that changes nothing."}},
    {"25P02", {Retry::transaction, ""}},
    {"25P03",
     {Retry::transaction,
      "The transaction was idle for too long. Shorten the pause between its statements."}},
    {"28", {Retry::never, "Check user and password in DATABASE_URL, and pg_hba.conf on the server."}},
    {"3D000", {Retry::never, "Create the database, or correct DATABASE_URL."}},
    {"40003", {Retry::in_doubt, ""}},
    {"40", {Retry::transaction, ""}},
    {"42501", {Retry::never, "Grant this user the privilege that is missing."}},
    {"53100", {Retry::call, "Free disk space on the server."}},
    {"53300",
     {Retry::call,
      "Close idle sessions, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the role or the "
      "database."}},
    {"53", {Retry::call, ""}},
    {"55006", {Retry::call, ""}},
    {"55P03", {Retry::call, "Another transaction holds the lock: see pg_locks and pg_stat_activity."}},
    {"57014", {Retry::call, ""}},
    {"57P", {Retry::call, ""}},
    {"72000",
     {Retry::call,
      "The server drops what long reads need: set old_snapshot_threshold to -1, or to more minutes."}},
    {"58", {Retry::call, "Read the server's log."}},
};

std::string_view text_or_empty(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string_view field(const PGresult* result, int code) {
    return text_or_empty(PQresultErrorField(result, code));
}

/// Where in a function the error arose, the innermost call first. It may quote whole statements.
std::string context_of(const PGresult* result) {
    constexpr std::size_t columns_max = 200;
    const std::string context = in_one_line(field(result, PG_DIAG_CONTEXT));
    return context.empty() ? "" : "Where: " + base::shortened(context, columns_max) + '.';
}

/// Ours are the sessions that set row_security = off: there a policy makes a statement fail, in this function.
bool is_row_security(const PGresult* result) {
    return field(result, PG_DIAG_SOURCE_FUNCTION) == "check_enable_rls";
}

constexpr std::string_view row_security_advice =
    "Contrail must see every row of its tables, and row level security would hide some from this user. Run "
    "ALTER TABLE … DISABLE ROW LEVEL SECURITY, or give the user the attribute BYPASSRLS.";

std::string opening(const Attempt& attempt, const PGconn* connection) {
    return "Cannot " + std::string(attempt.what) + " in " + describe(connection) + ": ";
}

Retry when_lost(Effect effect) {
    switch (effect) {
        case Effect::nothing:
            return Retry::call;
        case Effect::transaction:
            return Retry::transaction;
        case Effect::write:
        case Effect::commit:
            break;
    }
    return Retry::in_doubt;
}

/// The server refused, so the statement had no effect. Inside a transaction it cannot be repeated alone.
Retry when_refused(Effect effect, Retry retry) {
    const bool in_transaction = effect == Effect::transaction || effect == Effect::commit;
    return retry == Retry::call && in_transaction ? Retry::transaction : retry;
}

}  // namespace

Remedy remedy_for(std::string_view sqlstate) {
    const auto* rule = std::find_if(std::begin(rules), std::end(rules), [&](const Rule& candidate) {
        return sqlstate.starts_with(candidate.prefix);
    });
    return rule == std::end(rules) ? Remedy{} : rule->remedy;
}

std::string describe_database(const PGconn* connection) {
    const auto host = text_or_empty(PQhost(connection));
    const auto port = text_or_empty(PQport(connection));
    std::string text = "database \"";
    text.append(text_or_empty(PQdb(connection))).append("\" at ").append(host);
    // A port that no setting names is empty here.
    if (!host.starts_with('/') && !port.empty()) text.append(":").append(port);
    return text;
}

std::string describe(const PGconn* connection) {
    return describe_database(connection) + " as user \"" + std::string(text_or_empty(PQuser(connection))) +
           '"';
}

std::string in_one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool is_space = c == ' ' || c == '\n' || c == '\t';
        if (!is_space) line += c;
        if (is_space && !line.empty() && line.back() != ' ') line += ' ';
    }
    if (line.ends_with(' ')) line.pop_back();
    return line;
}

std::string in_sentences(std::string_view message) {
    std::string text;
    while (!message.empty()) {
        const auto whole_line = message.substr(0, message.find('\n'));
        message.remove_prefix(std::min(whole_line.size() + 1, message.size()));
        const std::string line = in_one_line(whole_line);
        if (line.empty()) continue;
        const bool begins = line.front() >= 'A' && line.front() <= 'Z';
        const bool is_open =
            !text.empty() && std::string_view(".:;,?!").find(text.back()) == std::string_view::npos;
        if (!text.empty()) text += begins && is_open ? ". " : " ";
        text += line;
    }
    return text;
}

void append_sentence(std::string& message, std::string_view sentence) {
    if (sentence.empty()) return;
    if (!message.ends_with('.')) message += '.';
    message.append(" ").append(sentence);
}

StatementError statement_error(const Attempt& attempt, const PGconn* connection, const PGresult* result) {
    const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
    if (sqlstate.empty()) {
        const Error lost = lost_error(attempt, connection, text_or_empty(PQerrorMessage(connection)));
        return {lost.retry(), lost.what(), ""};
    }

    const Remedy remedy = remedy_for(sqlstate);
    std::string message = opening(attempt, connection);
    message.append(field(result, PG_DIAG_MESSAGE_PRIMARY)).append(" (SQLSTATE ").append(sqlstate).append(")");
    append_sentence(message, field(result, PG_DIAG_MESSAGE_DETAIL));
    append_sentence(message, field(result, PG_DIAG_MESSAGE_HINT));
    if (attempt.shows_context) append_sentence(message, context_of(result));
    append_sentence(message, is_row_security(result) ? row_security_advice : remedy.advice);

    // FATAL ends the session at any moment, also after the statement had its effect.
    const bool session_ended = field(result, PG_DIAG_SEVERITY_NONLOCALIZED) != "ERROR";
    const Retry retry =
        session_ended ? when_lost(attempt.effect) : when_refused(attempt.effect, remedy.retry);
    return {retry, message, std::string(sqlstate)};
}

Error lost_error(const Attempt& attempt, const PGconn* connection, std::string_view reason) {
    return {when_lost(attempt.effect), opening(attempt, connection) + in_sentences(reason)};
}

}  // namespace contrail::postgres
