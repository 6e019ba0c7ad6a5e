#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::postgres {

/// What a statement may have done when its answer is lost.
enum class Effect {
    nothing,      ///< It only reads, or a repeat is harmless.
    write,        ///< It commits by itself.
    transaction,  ///< It is part of an open transaction, which ends with the connection.
    commit,       ///< It commits such a transaction.
};

/// A statement as error messages and retries see it.
struct Attempt {
    std::string_view what;  ///< Completes "Cannot …", as in "seal the next batch".
    Effect effect = Effect::nothing;
    bool walks_a_batch = false;  ///< It answers only after it has read a batch, however large.
    bool for_service = false;    ///< It begins a transaction for the service's own SQL: nothing is pinned.
    bool shows_context =
        false;  ///< It runs the service's own code: an error says where in that code it arose.
};

/// What to do about an error that the server reports, by its SQLSTATE.
struct Remedy {
    Retry retry = Retry::never;
    std::string_view advice;  ///< To an operator, in a sentence; empty where there is no general one.
};
Remedy remedy_for(std::string_view sqlstate);

/// `database "rides" at db.example.com:5432`.
std::string describe_database(const PGconn* connection);

/// `database "rides" at db.example.com:5432 as user "app"`; never the password.
std::string describe(const PGconn* connection);

/// `text` with each run of spaces, tabs and line breaks replaced by one space.
std::string in_one_line(std::string_view text);

/// A message of libpq's in one line. It has several, each a sentence that may lack its full stop.
std::string in_sentences(std::string_view message);

/// Adds `sentence` to `message`, after a full stop. An empty sentence changes nothing.
void append_sentence(std::string& message, std::string_view sentence);

/// A failed statement. `sqlstate` is empty if the server did not say one.
class StatementError : public Error {
public:
    StatementError(Retry retry, const std::string& message, std::string sqlstate)
        : Error(retry, message),
          sqlstate_(std::move(sqlstate)) {}

    [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

    /// True if it waited for a lock for too long.
    [[nodiscard]] bool is_lock_timeout() const { return sqlstate_ == "55P03"; }

private:
    std::string sqlstate_;
};

/// The error for a statement that the server refused, or that libpq failed to exchange: `result` says which.
StatementError statement_error(const Attempt& attempt, const PGconn* connection, const PGresult* result);

/// The error for a statement whose answer did not come.
Error lost_error(const Attempt& attempt, const PGconn* connection, std::string_view reason);

}  // namespace contrail::postgres
