#include "api/ride_table.hpp"

#include <array>

#include "contrail/error.hpp"
#include "distance/distance.hpp"
#include "postgres/schema.hpp"

namespace rocket_rides {

namespace postgres = contrail::postgres;
using contrail::SqlValue;
using postgres::Attempt;
using postgres::Effect;

namespace {

/// The migration that brought staged_log_records.
constexpr int schema_version_min = 2;

/// A commit that takes longer is given up, and its rides are in doubt. Clients wait no longer for an answer.
constexpr postgres::Waits waits{.answer_max = postgres::Milliseconds(10'000)};

constexpr Attempt insertion{.what = "store rides", .effect = Effect::transaction};
constexpr Attempt commit{.what = "commit rides", .effect = Effect::commit};
constexpr Attempt look_up{.what = "look up a ride"};

// LOCAL, because a pooler may give the next transaction to another session. Whatever the server's defaults:
// a ride that was accepted survives a power cut, and its distance is written with all its digits.
constexpr auto begin =
    "BEGIN ISOLATION LEVEL SERIALIZABLE; "
    "SET LOCAL synchronous_commit = on; "
    "SET LOCAL extra_float_digits = 1";

// One statement for all the rides of a transaction. Rows are inserted in the order of the distances, and the
// ids come back in it. A plain INSERT stages them all at once; stage(), called for each, would take three
// times as long.
constexpr auto insert_rides =
    "WITH ride AS ("
    " INSERT INTO rides (distance) SELECT unnest($1::float8[]) RETURNING id, distance"
    "), record AS ("
    " INSERT INTO @schema@.staged_log_records (action, object, data)"
    " SELECT 'create', 'ride', jsonb_build_object('id', id, 'distance', distance) FROM ride"
    ") "
    "SELECT id FROM ride";

/// An array as Postgres writes it.
std::string array_of(std::span<const double> distances) {
    std::string text = "{";
    for (const double distance : distances) {
        if (text.size() > 1) text += ',';
        text += distance_text(distance);
    }
    return text + '}';
}

std::vector<std::int64_t> ids_in(const postgres::Result& result) {
    std::vector<std::int64_t> ids;
    ids.reserve(static_cast<std::size_t>(result.rows()));
    for (int row = 0; row < result.rows(); ++row) ids.push_back(result.integer(row, 0));
    return ids;
}

}  // namespace

RideTable::RideTable(const contrail::Settings& settings)
    : schema_(postgres::quoted_schema(settings.schema)),
      connection_(settings.database_url, "rides", waits, [this](postgres::Connection& connection) {
          postgres::require_schema_version(connection, schema_, schema_version_min);
      }) {}

void RideTable::connect() {
    connection_.open();
}

bool RideTable::connected() {
    PGconn* const native = connection_.native();
    if (native == nullptr) return false;
    // Twice: a server that ends says so, which the first call reads; the second then finds the socket closed.
    for (int times = 0; times < 2; ++times) {
        if (PQconsumeInput(native) != 0) continue;
        connection_.close();
        return false;
    }
    return true;
}

std::vector<std::int64_t> RideTable::insert(std::span<const double> distances) {
    const std::array<SqlValue, 1> values{array_of(distances)};
    try {
        connection_.begin(insertion).run(begin);
        const auto inserted =
            connection_.begin(insertion).run(postgres::in_schema(insert_rides, schema_), values);
        connection_.begin(commit).run("COMMIT");
        return ids_in(inserted);
    } catch (const contrail::Error&) {
        leave_failed_transaction();
        throw;
    }
}

std::optional<std::string> RideTable::find(std::int64_t id) {
    // Several statements in one message are one transaction, in which LOCAL holds.
    const auto found = connection_.run(
        look_up,
        "SET LOCAL extra_float_digits = 1; SET LOCAL TimeZone = 'UTC'; "
        "SELECT row_to_json(ride) FROM (SELECT id, distance, created_at FROM rides WHERE id = " +
            std::to_string(id) + ") AS ride");
    return found.rows() == 0 ? std::nullopt : std::optional(std::string(found.text(0, 0)));
}

void RideTable::leave_failed_transaction() noexcept {
    PGconn* const native = connection_.native();
    if (native == nullptr) return;
    try {
        // Anything but these states: the connection is lost, or the server still works on what was given up.
        const auto state = PQtransactionStatus(native);
        if (state == PQTRANS_INTRANS || state == PQTRANS_INERROR) {
            connection_.run({.what = "roll back rides", .effect = Effect::transaction}, "ROLLBACK");
        } else if (state != PQTRANS_IDLE) {
            connection_.close();
        }
    } catch (const contrail::Error&) {
        // The error that is on its way says more than this one, and the connection is closed.
    }
}

}  // namespace rocket_rides
