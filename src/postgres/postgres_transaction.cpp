#include "postgres/postgres_transaction.hpp"

#include <array>
#include <exception>
#include <utility>

namespace contrail::postgres {

PostgresTransaction::PostgresTransaction(Connection& connection, CheckpointKey key)
    : connection_(connection),
      key_(std::move(key)) {}

PostgresTransaction::~PostgresTransaction() {
    if (ended_ || connection_.native() == nullptr) return;
    try {
        connection_.run({"roll back a consumer's transaction"}, "ROLLBACK");
    } catch (const std::exception&) {
        // The connection is closed now, and the server rolls back what it finds open on a closed one.
    }
}

void PostgresTransaction::begin() {
    connection_.open();
    // One round trip, and for that the names have to be literals: only statements without values go together.
    // FOR UPDATE: a second instance waits here for the first, instead of doing its work for nothing.
    const Result result = connection_.run({"begin a consumer's transaction"},
                                          "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '60s'; "
                                          "SELECT last_id FROM " +
                                              key_.table + " WHERE consumer = " + literal(key_.consumer) +
                                              " AND stream = " + literal(key_.stream) + " FOR UPDATE");
    if (result.rows() == 0) return;
    loaded_ = RecordId::parse(result.text(0, 0));
    if (loaded_) return;
    throw Error(Retry::never,
                "Cannot begin where consumer " + key_.consumer + " left off: in " +
                    describe(connection_.native()) + ", " + key_.table + " holds '" +
                    std::string(result.text(0, 0)) +
                    "' as its last_id, which is not a record id (<milliseconds>-<offset>). Correct it.");
}

bool PostgresTransaction::advance(RecordId to) {
    require_open();
    const Attempt attempt{"advance a consumer's checkpoint", Effect::transaction};
    if (!loaded_) {
        const std::array<SqlValue, 3> values{key_.consumer, key_.stream, to.to_string()};
        return connection_
                   .run(attempt,
                        "INSERT INTO " + key_.table +
                            " (consumer, stream, last_id) VALUES ($1, $2, $3) "
                            "ON CONFLICT DO NOTHING RETURNING last_id",
                        values)
                   .rows() == 1;
    }
    const std::array<SqlValue, 4> values{key_.consumer, key_.stream, to.to_string(), loaded_->to_string()};
    return connection_
               .run(attempt,
                    "UPDATE " + key_.table +
                        " SET last_id = $3, updated_at = now() "
                        "WHERE consumer = $1 AND stream = $2 AND last_id = $4 RETURNING last_id",
                    values)
               .rows() == 1;
}

void PostgresTransaction::commit() {
    require_open();
    const Result result = connection_.run({"commit a consumer's transaction", Effect::commit}, "COMMIT");
    ended_ = true;
    // That is how PostgreSQL answers a COMMIT after an error that somebody passed over.
    if (result.command() != "ROLLBACK") return;
    throw Error(Retry::transaction,
                "Cannot commit a consumer's transaction in " + describe(connection_.native()) +
                    ": a statement in it had failed, and so it was rolled back. The handler has to "
                    "let the errors of its statements out.");
}

std::string PostgresTransaction::literal(const std::string& text) const {
    const TextHandle quoted(PQescapeLiteral(connection_.native(), text.data(), text.size()));
    if (!quoted)
        throw lost_error({"quote a name"}, connection_.native(), PQerrorMessage(connection_.native()));
    return quoted.get();
}

/// Without a transaction around it, the checkpoint would be committed by itself.
void PostgresTransaction::require_open() const {
    if (connection_.native() == nullptr) {
        throw Error(Retry::transaction,
                    "Cannot go on with a consumer's transaction: its connection was lost, and "
                    "with it what was done. Begin another.");
    }
    if (ended_ || PQtransactionStatus(connection_.native()) == PQTRANS_IDLE) {
        throw Error(Retry::never, "Cannot go on with the transaction of consumer " + key_.consumer + " in " +
                                      describe(connection_.native()) +
                                      ": the handler has ended it. It must not "
                                      "COMMIT or ROLLBACK: effects and checkpoint commit together.");
    }
}

}  // namespace contrail::postgres
