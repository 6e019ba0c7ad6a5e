#include "postgres/postgres_checkpoints.hpp"

#include "contrail/postgres.hpp"
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
      }) {}

std::unique_ptr<Transaction> PostgresCheckpoints::begin(const ConsumerName& consumer) {
    auto transaction = std::make_unique<PostgresTransaction>(
        connection_, CheckpointKey{quoted_schema_, consumer.str(), stream_});
    transaction->begin();
    return transaction;
}

bool PostgresCheckpoints::has_marked(const ConsumerName& consumer) {
    connection_.open();
    const CheckpointKey key{quoted_schema_, consumer.str(), stream_};
    return connection_
        .run({.what = "check for parked records to retry"},
             "SELECT " + quoted_schema_ + ".has_marked(" + names(key, connection_.native()) + ")")
        .boolean(0, 0);
}

}  // namespace postgres

}  // namespace contrail
