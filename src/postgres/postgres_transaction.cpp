#include "postgres/postgres_transaction.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "postgres/lock_holders.hpp"
#include "postgres/schema.hpp"
#include "postgres/utf8.hpp"

namespace contrail::postgres {

namespace {

// A handler's SQL runs in the same transaction and with the service's own search_path. So each function and
// operator here is qualified: one of `public` with a closer match must not take its place. What the functions
// do is in sql/005_checkpoints.sql and the files after it; consumers in other languages call them too.

// An ordinary consumer calls what its role could call before there were segments.
constexpr auto register_text = "SELECT @schema@.register($1, $2, $3)";
constexpr auto register_segments_text = "SELECT @schema@.register_segments($1, $2, $3, $4)";

constexpr auto advance_text = "SELECT @schema@.advance($1, $2, $3, $4, back => $5)";

constexpr auto park_text =
    "SELECT @schema@.park($1, $2, $3, $4, $5, $6, $7, $8, "
    "pg_catalog.to_timestamp($9::pg_catalog.float8 OPERATOR(pg_catalog./) 1000), $10, $11, $12::pg_catalog.numeric)";

constexpr auto park_again_text = "SELECT @schema@.park_again($1, $2, $3, $4)";

constexpr auto take_marked_text =
    "SELECT record_id, action, object, data, key, headers, error, attempts, "
    "pg_catalog.round(pg_catalog.date_part('epoch', first_refused_at) OPERATOR(pg_catalog.*) 1000)::bigint, "
    "key_hash FROM @schema@.take_marked($1, $2)";

constexpr Attempt begin_transaction{.what = "begin a consumer's transaction", .for_service = true};

/// Enough of a handler's message. Some messages contain the whole record.
constexpr std::size_t error_characters_max = 4'000;

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
    const auto id = [&](int column) {
        return record_id(key_, connection_.native(), "checkpoints", result.text(0, column));
    };
    if (!result.is_null(0, 0)) loaded_ = id(0);
    if (result.is_null(0, 1)) return;
    const auto half = static_cast<std::uint32_t>(result.integer(0, 1));
    ahead_ = {.half = {half, 2 * key_.segment.count}, .applied_to = id(2)};
}

Result PostgresTransaction::load() {
    try {
        return connection_.run(begin_transaction, begin_text());
    } catch (const StatementError& error) {
        if (error.sqlstate() == "55000") throw SegmentsChanged(error.what());
        if (!error.is_lock_timeout()) throw;
        throw Error(error.retry(),
                    error.what() + (" The checkpoint of consumer " + key_.consumer + " is locked by " +
                                    checkpoint_holder(connection_, key_) + "."));
    }
}

bool PostgresTransaction::advance(RecordId to) {
    require_open();
    const Attempt attempt{"advance a consumer's checkpoint", Effect::transaction};
    if (!loaded_) return register_at(attempt, to);
    const bool back = to.offset <= loaded_->offset;  // An operator resets the consumer.
    connection_.run(
        attempt, in_schema(advance_text, key_.quoted_schema),
        {key_.consumer, key_.stream, loaded_->to_string(), to.to_string(), back ? "true" : "false"});
    return true;
}

bool PostgresTransaction::register_at(const Attempt& attempt, RecordId place) {
    const std::string count = std::to_string(key_.segment.count);
    const Result result =
        key_.segment.is_all()
            ? connection_.run(attempt, in_schema(register_text, key_.quoted_schema),
                              {key_.consumer, key_.stream, place.to_string()})
            : connection_.run(attempt, in_schema(register_segments_text, key_.quoted_schema),
                              {key_.consumer, key_.stream, place.to_string(), count});
    return result.boolean(0, 0);
}

void PostgresTransaction::park(const DeadLetter& letter) {
    require_open();
    const Record& record = letter.record;
    connection_.run(
        {"park record " + record.id.to_string(), Effect::transaction},
        in_schema(park_text, key_.quoted_schema),
        {key_.consumer, key_.stream, record.id.to_string(), record.action, record.object, record.data,
         utf8_text(letter.error, error_characters_max), std::to_string(letter.attempts),
         std::to_string(letter.first_refused_ms), record.key, record.headers,
         letter.key_hash ? SqlValue(std::to_string(*letter.key_hash)) : std::nullopt});
}

bool PostgresTransaction::park_again(RecordId id, const std::string& error) {
    require_open();
    return connection_
        .run({"park record " + id.to_string() + " again", Effect::transaction},
             in_schema(park_again_text, key_.quoted_schema),
             {key_.consumer, key_.stream, id.to_string(), utf8_text(error, error_characters_max)})
        .boolean(0, 0);
}

std::optional<DeadLetter> PostgresTransaction::take_marked() {
    require_open();
    const Result taken =
        connection_.run({"take a parked record for a retry", Effect::transaction},
                        in_schema(take_marked_text, key_.quoted_schema), {key_.consumer, key_.stream});
    if (taken.rows() == 0) return std::nullopt;
    const auto text = [&](int column) { return std::string(taken.text(0, column)); };
    const auto nullable = [&](int column) { return SqlValue(taken.optional_text(0, column)); };
    const auto hash = nullable(9);
    return DeadLetter{.record = {record_id(key_, connection_.native(), "dead_letters", text(0)), text(1),
                                 text(2), text(3), nullable(4), nullable(5)},
                      .error = text(6),
                      .attempts = static_cast<std::uint32_t>(taken.integer(0, 7)),
                      .first_refused_ms = static_cast<std::uint64_t>(taken.integer(0, 8)),
                      .key_hash = hash ? std::optional<std::uint64_t>(std::stoull(*hash)) : std::nullopt};
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
    return "BEGIN; SELECT last_id, ahead_segment, ahead_id FROM " + key_.quoted_schema + ".begin_segment(" +
           names(key_, connection_.native()) + ", " + numbers(key_.segment) + ", '" +
           std::to_string(connection_.lock_wait_max().count()) + " ms')";
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
