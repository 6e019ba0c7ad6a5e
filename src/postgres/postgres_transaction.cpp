#include "postgres/postgres_transaction.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "postgres/lock_holders.hpp"
#include "postgres/pinned_settings.hpp"
#include "postgres/row_security.hpp"
#include "postgres/schema.hpp"
#include "postgres/utf8.hpp"

namespace contrail::postgres {

namespace {

// A handler's SQL runs in the same transaction and with the service's own search_path. So each function and
// operator here is qualified: one of `public` with a closer match must not take its place.
//
// Settings and locks end with the transaction: a pooler may give the next one another session. begin_text()
// adds FOR UPDATE: a second instance waits for the first, instead of doing its work in vain.
constexpr auto load_text = "SELECT last_id FROM @schema@.checkpoints ";

constexpr auto insert_text =
    "INSERT INTO @schema@.checkpoints (consumer, stream, last_id) VALUES ($1, $2, $3) "
    "ON CONFLICT DO NOTHING RETURNING last_id";

constexpr auto move_text =
    "UPDATE @schema@.checkpoints SET last_id = $3, updated_at = pg_catalog.now() "
    "WHERE consumer OPERATOR(pg_catalog.=) $1 AND stream OPERATOR(pg_catalog.=) $2 "
    "AND last_id OPERATOR(pg_catalog.=) $4 RETURNING last_id";

constexpr auto park_text =
    "INSERT INTO @schema@.dead_letters "
    "(consumer, stream, record_id, action, object, data, error, attempts, first_refused_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "pg_catalog.to_timestamp($9::pg_catalog.float8 OPERATOR(pg_catalog./) 1000)) "
    "ON CONFLICT (consumer, stream, record_id) DO UPDATE SET error = excluded.error, "
    "attempts = excluded.attempts, first_refused_at = excluded.first_refused_at, "
    "parked_at = excluded.parked_at, marked_at = NULL";

constexpr auto take_marked_text =
    "DELETE FROM @schema@.dead_letters WHERE consumer OPERATOR(pg_catalog.=) $1 "
    "AND stream OPERATOR(pg_catalog.=) $2 AND record_id OPERATOR(pg_catalog.=) "
    "(SELECT record_id FROM @schema@.dead_letters WHERE consumer OPERATOR(pg_catalog.=) $1 "
    "AND stream OPERATOR(pg_catalog.=) $2 AND marked_at IS NOT NULL "
    "ORDER BY record_offset, record_id LIMIT 1 FOR UPDATE) "
    "RETURNING record_id, action, object, data, error, attempts, "
    "pg_catalog.round(pg_catalog.date_part('epoch', first_refused_at) OPERATOR(pg_catalog.*) 1000)::bigint";

constexpr Attempt begin_transaction{.what = "begin a consumer's transaction", .for_service = true};

/// Enough of a handler's message. Some messages contain the whole record.
constexpr std::size_t error_characters_max = 4'000;

/// `text` as SQL writes it; the connection knows what a backslash means.
std::string literal(PGconn* connection, const std::string& text) {
    const TextHandle quoted(PQescapeLiteral(connection, text.data(), text.size()));
    if (!quoted) throw lost_error({"quote a name"}, connection, PQerrorMessage(connection));
    return quoted.get();
}

}  // namespace

PostgresTransaction::PostgresTransaction(Connection& connection, CheckpointKey key)
    : connection_(connection),
      key_(std::move(key)) {}

PostgresTransaction::~PostgresTransaction() {
    if (ended_ || connection_.native() == nullptr) return;
    try {
        connection_.run({"roll back a consumer's transaction"}, "ROLLBACK");
    } catch (const std::exception&) {
        // run() has closed the connection, and the server rolls back a transaction whose connection is
        // closed.
    }
}

void PostgresTransaction::begin() {
    connection_.open();
    const Result result = load();
    // A policy may hide the row. The consumer would then begin anew, and apply all records again.
    if (result.rows() == 0) return require_whole_tables(connection_, key_.quoted_schema);
    loaded_ = record_id(result.text(0, 0), "checkpoints");
}

Result PostgresTransaction::load() {
    try {
        return connection_.run(begin_transaction, begin_text());
    } catch (const StatementError& error) {
        if (!error.is_lock_timeout()) throw;
        throw Error(error.retry(),
                    error.what() + (" The checkpoint of consumer " + key_.consumer + " is locked by " +
                                    checkpoint_holder(connection_, key_) + "."));
    }
}

bool PostgresTransaction::advance(RecordId to) {
    require_open();
    std::vector<SqlValue> values{key_.consumer, key_.stream, to.to_string()};
    if (loaded_) values.emplace_back(loaded_->to_string());
    const auto text = in_schema(loaded_ ? move_text : insert_text, key_.quoted_schema);
    const Attempt attempt{"advance a consumer's checkpoint", Effect::transaction};
    return connection_.run(attempt, text, values).rows() == 1;
}

void PostgresTransaction::park(const DeadLetter& letter) {
    require_open();
    const Record& record = letter.record;
    connection_.run({"park record " + record.id.to_string(), Effect::transaction},
                    in_schema(park_text, key_.quoted_schema),
                    {key_.consumer, key_.stream, record.id.to_string(), record.action, record.object,
                     record.data, utf8_text(letter.error, error_characters_max),
                     std::to_string(letter.attempts), std::to_string(letter.first_refused_ms)});
}

std::optional<DeadLetter> PostgresTransaction::take_marked() {
    require_open();
    const Result taken =
        connection_.run({"take a parked record for a retry", Effect::transaction},
                        in_schema(take_marked_text, key_.quoted_schema), {key_.consumer, key_.stream});
    if (taken.rows() == 0) return std::nullopt;
    const auto text = [&](int column) { return std::string(taken.text(0, column)); };
    return DeadLetter{.record = {record_id(text(0), "dead_letters"), text(1), text(2), text(3)},
                      .error = text(4),
                      .attempts = static_cast<std::uint32_t>(taken.integer(0, 5)),
                      .first_refused_ms = static_cast<std::uint64_t>(taken.integer(0, 6))};
}

void PostgresTransaction::commit() {
    require_open();
    const Result result = connection_.run({"commit a consumer's transaction", Effect::commit}, "COMMIT");
    ended_ = true;
    // PostgreSQL answers so to a COMMIT after an error that the handler swallowed.
    if (result.command() != "ROLLBACK") return;
    throw Error(Retry::transaction,
                "Cannot commit a consumer's transaction in " + describe(connection_.native()) +
                    ": one of its statements failed, so it was rolled back. The handler must not "
                    "swallow the errors of its statements.");
}

/// One round trip. The names are literals, because only statements without values can be sent together.
std::string PostgresTransaction::begin_text() const {
    return "BEGIN; " +
           bounded_transaction(PQserverVersion(connection_.native()), connection_.lock_wait_max()) +
           in_schema(load_text, key_.quoted_schema) + "WHERE consumer OPERATOR(pg_catalog.=) " +
           literal(connection_.native(), key_.consumer) + " AND stream OPERATOR(pg_catalog.=) " +
           literal(connection_.native(), key_.stream) + " FOR UPDATE";
}

RecordId PostgresTransaction::record_id(std::string_view text, std::string_view table) const {
    if (const auto id = RecordId::parse(text)) return *id;
    throw Error(Retry::never,
                "Cannot continue with consumer " + key_.consumer + ": in " + describe(connection_.native()) +
                    ", " + key_.quoted_schema + "." + std::string(table) + " holds '" + std::string(text) +
                    "' for it, which is not a record id (<milliseconds>-<offset>). Correct that row.");
}

/// Without a transaction around it, the checkpoint would be committed by itself.
void PostgresTransaction::require_open() const {
    if (connection_.native() == nullptr) {
        throw Error(Retry::transaction,
                    "Cannot continue a consumer's transaction: its connection was lost, and the server rolls "
                    "the transaction back. Begin another transaction.");
    }
    if (ended_ || PQtransactionStatus(connection_.native()) == PQTRANS_IDLE) {
        throw Error(Retry::never, "Cannot continue the transaction of consumer " + key_.consumer + " in " +
                                      describe(connection_.native()) +
                                      ": the handler has ended it. A handler must neither COMMIT nor "
                                      "ROLLBACK, because its effects and the checkpoint commit together.");
    }
}

}  // namespace contrail::postgres
