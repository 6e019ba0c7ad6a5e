#include "handlers/sql_function.hpp"

#include <libpq-fe.h>

#include <string_view>
#include <utility>

#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "contrail/postgres_session.hpp"
#include "handlers/function_fault.hpp"
#include "postgres/exchange.hpp"

namespace contrail::handlers {

namespace {

// The session's search_path is the user's. So every function and operator is qualified: one of `public` with a closer
// match must not take its place. The function that takes jsonb comes first.
constexpr auto find_text =
    "SELECT p.prokind, pg_catalog.pg_get_function_identity_arguments(p.oid), "
    "p.pronargs OPERATOR(pg_catalog.=) 1 AND p.proargtypes[0] OPERATOR(pg_catalog.=) "
    "'pg_catalog.jsonb'::pg_catalog.regtype::pg_catalog.oid AS takes_jsonb, "
    "pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE') "
    "FROM pg_catalog.pg_proc p "
    "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace "
    "WHERE n.nspname OPERATOR(pg_catalog.=) $1 AND p.proname OPERATOR(pg_catalog.=) $2 "
    "ORDER BY 3 DESC LIMIT 1";

/// Longest wait for an answer. A statement_timeout of the user is shorter, if one is set.
constexpr std::chrono::minutes answer_wait_max{1};

/// What keeps the function from being called, and the remedy; empty: nothing does.
std::string obstacle(const std::vector<SqlRow>& found, const FunctionName& name, const std::string& user) {
    const std::string create =
        " Create it: CREATE FUNCTION " + name.quoted() + "(records jsonb) RETURNS void LANGUAGE sql AS '…'.";
    if (found.empty()) return "there is no such function." + create;
    const SqlRow& row = found.front();
    if (row[0] == "p")
        return "it is a procedure, which may commit. Contrail needs a function, whose effects commit together "
               "with the checkpoint." +
               create;
    if (row[0] != "f")
        return "it is an aggregate or a window function. Contrail needs an ordinary one." + create;
    if (row[2] != "t")
        return "it takes the parameters (" + row[1].value_or("") + "). Contrail needs one of type jsonb." +
               create;
    if (row[3] != "t")
        return "this user may not execute it. Run: GRANT USAGE ON SCHEMA " + name.schema + " TO " + user +
               "; GRANT EXECUTE ON FUNCTION " + name.quoted() + "(jsonb) TO " + user + ".";
    return "";
}

/// Throws Error with this Retry if the function cannot be called. `session` has execute(), as Sql has it.
template <class Session>
void require_function(Session& session, pg_conn* connection, const FunctionName& name, Retry retry) {
    const auto found = session.execute(find_text, {name.schema, name.function});
    const std::string why = obstacle(found, name, PQuser(connection));
    if (why.empty()) return;
    throw Error(retry, "Cannot call function " + name.quoted() + "(jsonb) in " +
                           postgres::describe(connection) + ": " + why);
}

/// While it lives, notices of the session go to the log of this consumer. Contrail's own statements send some that say
/// nothing to an operator.
class NoticesInLog {
public:
    NoticesInLog(pg_conn* connection, const std::string& consumer)
        : connection_(connection),
          before_(PQsetNoticeReceiver(connection, &log, const_cast<std::string*>(&consumer))) {}
    NoticesInLog(const NoticesInLog&) = delete;
    NoticesInLog& operator=(const NoticesInLog&) = delete;
    ~NoticesInLog() { PQsetNoticeReceiver(connection_, before_, nullptr); }

private:
    static void log(void* consumer, const PGresult* notice) {
        const char* const severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
        const char* const text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
        if (severity == nullptr || text == nullptr) return;
        const ComponentLog log("consumer", LogField("consumer", *static_cast<const std::string*>(consumer)));
        if (std::string_view(severity) == "WARNING") {
            log.warn("the function says: {notice}", {{"notice", text}});
        } else {
            log.info("the function says: {notice}", {{"notice", text}});
        }
    }

    pg_conn* connection_;
    PQnoticeReceiver before_;
};

}  // namespace

SqlFunction::SqlFunction(const ConsumerName& consumer, FunctionName name)
    : consumer_(consumer.str()),
      name_(std::move(name)),
      call_("SELECT " + name_.quoted() + "($1::pg_catalog.jsonb)") {}

void SqlFunction::require_callable(const Settings& settings) const {
    PostgresSession session(settings, "consumer");
    require_function(session, session.connection(), name_, Retry::never);
}

void SqlFunction::apply(Transaction& transaction, std::span<const Record> records) {
    Sql session = sql(transaction);
    if (std::exchange(failed_, true)) require_function(session, session.connection(), name_, Retry::call);
    json_->clear();
    writer_.append_array(*json_, records);
    const NoticesInLog notices(session.connection(), consumer_);
    call(session.connection());
    failed_ = false;
}

void SqlFunction::call(pg_conn* connection) {
    const std::string what = "call function " + name_.quoted();
    const postgres::Attempt attempt{
        .what = what, .effect = postgres::Effect::transaction, .shows_context = true};
    try {
        postgres::Exchange(connection, attempt, answer_wait_max).run(call_, std::span(&json_, 1));
    } catch (const postgres::StatementError& error) {
        if (error.retry() != Retry::never || function_fault(error.sqlstate()) != FunctionFault::function)
            throw;
        // The records must not count as rejected.
        throw Error(Retry::transaction,
                    error.what() +
                        std::string(" The function is at fault, or what it needs, and not a record. Fix it: "
                                    "the consumer calls it again until it succeeds."));
    }
}

}  // namespace contrail::handlers
