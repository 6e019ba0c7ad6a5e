#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/checkpoints.hpp"
#include "contrail/consumer_segments.hpp"
#include "contrail/outbox.hpp"
#include "contrail/settings.hpp"

struct pg_conn;  // libpq's PGconn, for a service that wants to talk to it directly

namespace contrail {

/// When producers turn to another segment, so that the one before can be emptied. Smaller limits empty
/// smaller segments more often, and each time a streamer may wait for some milliseconds.
struct SegmentLimits {
    std::uint64_t bytes_max = 64 << 20;  ///< On disk, with index.
    /// How long a segment that is not empty stays the current one, as this process has seen it.
    std::chrono::milliseconds current_max = std::chrono::minutes(5);
};

/// The outbox in the service's database. Connects at the first call, and checks there that the schema is this
/// version's and that the records were staged in this database cluster.
std::unique_ptr<Outbox> postgres_outbox(const Settings& settings, const SegmentLimits& segments = {});

/// Checkpoints in a consumer's database. Connects at the first call.
std::unique_ptr<Checkpoints> postgres_checkpoints(const Settings& settings);

/// The segments of the consumers whose checkpoints are in that database. Connects at the first call.
std::unique_ptr<ConsumerSegments> postgres_consumer_segments(const Settings& settings);

/// Makes Contrail's tables in the database, or brings them up to date: what `contrail migrate` does. Safe to
/// call again, and from many programs at once. Throws Error; Retry::never if a newer Contrail made the
/// tables.
void migrate_postgres(const Settings& settings);

/// `statement` with every `@schema@` replaced by the quoted name of Contrail's schema. Throws Error
/// (Retry::never) if no schema can have that name.
std::string in_schema(std::string_view statement, const Settings& settings);

/// A value of a query's parameter or result, in Postgres's text form; nothing is NULL.
using SqlValue = std::optional<std::string>;
using SqlRow = std::vector<SqlValue>;

/// SQL inside a transaction: a consumer's, for its handler,
///
///     sql(transaction).execute("UPDATE totals SET n = n + $1", {std::to_string(records.size())});
///
/// or that of a Reconciliation.
class Sql {
public:
    explicit Sql(pg_conn* connection, std::chrono::milliseconds answer_wait_max = std::chrono::minutes(1))
        : connection_(connection),
          answer_wait_max_(answer_wait_max) {}

    /// Runs one statement and returns its rows; without `values`, any number of statements, separated by `;`,
    /// and returns the rows of the last. Waits at most a minute in a consumer's transaction: set a
    /// statement_timeout for less. Throws Error: Retry::transaction if the transaction must be rolled back
    /// and may be tried again, Retry::never if the statement is wrong.
    std::vector<SqlRow> execute(std::string_view statement, std::initializer_list<SqlValue> values = {});

    /// The connection itself. It is inside a transaction: do not end that.
    [[nodiscard]] pg_conn* connection() const noexcept { return connection_; }

private:
    pg_conn* connection_;
    std::chrono::milliseconds answer_wait_max_;
};

/// `transaction` must come from postgres_checkpoints(); else throws Error (Retry::never).
Sql sql(Transaction& transaction);

}  // namespace contrail
