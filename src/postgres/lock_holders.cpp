#include "postgres/lock_holders.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr Attempt find_holders{.what = "find out who holds a lock"};

// A prepared transaction has no process.
constexpr std::string_view description = R"(
    SELECT DISTINCT coalesce('process ' || locks.pid || ' (' || concat_ws(', ', nullif(application_name, ''),
        'user ' || usename, state,
        to_char(xact_start AT TIME ZONE 'UTC', '"in a transaction since" YYYY-MM-DD"T"HH24:MI:SS"Z"')) || ')',
        'a prepared transaction (see pg_prepared_xacts)')
    FROM pg_locks AS locks LEFT JOIN pg_stat_activity AS session ON session.pid = locks.pid
    WHERE locks.granted AND locks.pid IS DISTINCT FROM pg_backend_pid() AND )";

// A transaction that locks a row writes its id into the row.
constexpr std::string_view on_checkpoint = R"(
    locks.locktype = 'transactionid' AND locks.transactionid = (
        SELECT xmax FROM @schema@.checkpoints WHERE consumer = $1 AND stream = $2 AND segment = $3))";

constexpr std::string_view on_table = R"(
    locks.locktype = 'relation'
    AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND locks.relation IN (SELECT oid FROM pg_class
                           WHERE relnamespace = to_regnamespace($name$@schema@$name$)))";

std::string listed(const Result& holders) {
    // The holder may have ended meanwhile.
    if (holders.rows() == 0) return "a transaction that has ended since";
    std::string list;
    for (int row = 0; row < holders.rows(); ++row)
        list.append(row == 0 ? "" : "; ").append(holders.text(row, 0));
    return list;
}

}  // namespace

std::string checkpoint_holder(Connection& connection, const CheckpointKey& key) {
    return listed(connection.run(find_holders,
                                 in_schema(std::string(description).append(on_checkpoint), key.quoted_schema),
                                 {key.consumer, key.stream, std::to_string(key.segment.number)}));
}

std::string table_holders(Connection& connection, std::string_view quoted_schema) {
    return listed(
        connection.run(find_holders, in_schema(std::string(description).append(on_table), quoted_schema)));
}

}  // namespace contrail::postgres
