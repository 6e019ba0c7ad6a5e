#include "postgres/postgres_checkpoints.hpp"

#include "contrail/postgres.hpp"
#include "postgres/confirm_commits.hpp"
#include "postgres/errors.hpp"
#include "postgres/postgres_transaction.hpp"
#include "postgres/row_security.hpp"
#include "postgres/schema.hpp"

namespace contrail {

std::unique_ptr<Checkpoints> postgres_checkpoints(const Settings& settings) {
    return std::make_unique<postgres::PostgresCheckpoints>(settings);
}

namespace postgres {

PostgresCheckpoints::PostgresCheckpoints(const Settings& settings, const Waits& waits)
    : quoted_schema_(quoted_schema(settings.schema)),
      stream_(settings.stream_name),
      connection_(settings.database_url, "consumer", waits, [this](Connection& connection) {
          require_schema(connection, quoted_schema_);
          require_whole_tables(connection, quoted_schema_);
          confirm_commits(connection);
      }) {}

std::unique_ptr<Transaction> PostgresCheckpoints::begin(const ConsumerSegment& part) {
    auto transaction = std::make_unique<PostgresTransaction>(
        connection_, CheckpointKey{quoted_schema_, part.consumer.str(), stream_, part.segment});
    transaction->begin();
    return transaction;
}

ConsumerOwner PostgresCheckpoints::owner() {
    connection_.open();
    // The server does not know by which host it was reached, and so names the database in another way.
    const Result found = connection_.run(
        {.what = "ask which database holds the checkpoints"},
        in_schema(
            "SELECT id, substr(name, strpos(name, $name$, schema @schema@$name$)) FROM @schema@.owner()",
            quoted_schema_));
    return {.id = std::string(found.text(0, 0)),
            .name = describe_database(connection_.native()) + std::string(found.text(0, 1))};
}

std::optional<RecordId> PostgresCheckpoints::least(const ConsumerName& consumer) {
    connection_.open();
    const Result found = connection_.run(
        {.what = "load the least checkpoint of a consumer's segments"},
        in_schema("SELECT last_id FROM @schema@.checkpoints WHERE consumer = $1 AND stream = $2 "
                  "ORDER BY last_offset LIMIT 1",
                  quoted_schema_),
        {consumer.str(), stream_});
    if (found.rows() == 0) return std::nullopt;
    return record_id({quoted_schema_, consumer.str(), stream_}, connection_.native(), "checkpoints",
                     found.text(0, 0));
}

bool PostgresCheckpoints::has_marked(const ConsumerSegment& part) {
    connection_.open();
    const CheckpointKey key{quoted_schema_, part.consumer.str(), stream_, part.segment};
    return connection_
        .run({.what = "check for parked records to retry"}, "SELECT " + quoted_schema_ + ".first_marked(" +
                                                                names(key, connection_.native()) + ", " +
                                                                numbers(key.segment) + ") IS NOT NULL")
        .boolean(0, 0);
}

}  // namespace postgres

}  // namespace contrail
