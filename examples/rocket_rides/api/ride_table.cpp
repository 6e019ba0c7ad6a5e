#include "api/ride_table.hpp"

#include <libpq-fe.h>

#include <utility>

#include "api/ride_statements.hpp"
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

/// A commit that takes longer is given up, and its rides are in doubt. Clients wait no longer for an answer.
constexpr postgres::Waits waits{.answer_max = postgres::Milliseconds(10'000)};

constexpr Attempt commit_attempt{.what = "commit rides", .effect = Effect::commit};
constexpr Attempt look_up{.what = "look up a ride"};
constexpr Attempt set_up{.what = "set up the session"};

constexpr auto begin_transaction = "BEGIN ISOLATION LEVEL SERIALIZABLE; ";

// Whatever the server's defaults: a ride that was accepted survives a power cut, and its distance is written
// with all its digits. LOCAL, because a pooler may give the next transaction to another session.
constexpr auto transaction_settings =
    "SET LOCAL synchronous_commit = on; "
    "SET LOCAL extra_float_digits = 1";

// The same for a session of our own; and there statements are planned once. A plan that is made while the
// table is empty must do for a full one: rides are looked up by the index, one by one, and no other way.
constexpr auto session_settings =
    "SET synchronous_commit = on; "
    "SET extra_float_digits = 1; "
    "SET plan_cache_mode = force_generic_plan; "
    "SET enable_seqscan = off; "
    "SET enable_bitmapscan = off; "
    "SET enable_hashjoin = off; "
    "SET enable_mergejoin = off; ";

/// As Postgres writes an array of numbers, where nothing is NULL.
template <class Elements, class Text>
std::string array_of(const Elements& elements, Text text_of) {
    std::string array = "{";
    for (const auto& element : elements) {
        if (array.size() > 1) array += ',';
        array += text_of(element);
    }
    return array + '}';
}

std::string text_or_null(const std::optional<double>& distance) {
    return distance ? distance_text(*distance) : "NULL";
}

}  // namespace

RideTable::RideTable(const contrail::Settings& settings)
    : schema_(postgres::quoted_schema(settings.schema)),
      connection_(settings.database_url, "rides", waits,
                  [this](postgres::Connection&) { set_up_session(); }) {}

void RideTable::connect() {
    connection_.open();
}

/// To parse and plan a statement anew takes longer than to store a dozen rides with it. But what is prepared
/// is of use only where the next transaction has the same session.
void RideTable::set_up_session() {
    postgres::require_schema(connection_, schema_);
    // A pooler tells its clients a process id of its own making.
    own_session_ = connection_.run(set_up, "SELECT pg_backend_pid()").integer(0, 0) ==
                   PQbackendPID(connection_.native());
    if (!own_session_) return;
    std::string statements = session_settings;
    for (const RideStatement* statement : {&insert_rides, &change_rides}) {
        statements.append("PREPARE ").append(statement->name).append(" (").append(statement->types);
        statements.append(") AS ").append(postgres::in_schema(statement->text, schema_)).append("; ");
    }
    connection_.run(set_up, statements);
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

StoredGroup RideTable::write(const RideGroup& group) {
    StoredGroup stored;
    try {
        connection_.open();
        begin_ = begin_transaction;
        if (!group.changes.empty()) stored.changes = change(group.changes);
        if (!group.rides.empty()) stored.rides = insert(group.rides);
    } catch (const contrail::Error&) {
        leave_failed_transaction();
        throw;
    }
    return stored;
}

void RideTable::commit() {
    try {
        connection_.begin(commit_attempt).run("COMMIT");
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

std::vector<StoredRide> RideTable::insert(std::span<const double> distances) {
    const auto inserted = run(insert_rides, {array_of(distances, distance_text)});
    std::vector<StoredRide> ids;
    ids.reserve(static_cast<std::size_t>(inserted.rows()));
    for (int row = 0; row < inserted.rows(); ++row) ids.emplace_back(inserted.integer(row, 0));
    return ids;
}

std::vector<ChangedRide> RideTable::change(std::span<const WantedChange> changes) {
    const auto made =
        run(change_rides,
            {array_of(changes, [](const WantedChange& change) { return std::to_string(change.id); }),
             array_of(changes, [](const WantedChange& change) { return text_or_null(change.distance); }),
             array_of(changes,
                      [](const WantedChange& change) { return text_or_null(change.previous_distance); })});
    std::vector<ChangedRide> outcomes;
    outcomes.reserve(changes.size());
    for (int row = 0; row < made.rows(); ++row) {
        if (!made.is_null(row, 0)) {
            outcomes.emplace_back(std::stod(std::string(made.text(row, 0))));
        } else {
            outcomes.emplace_back(made.boolean(row, 1) ? StoreFailure::overtaken : StoreFailure::missing);
        }
    }
    return outcomes;
}

/// Runs a statement in the transaction in hand, which the first one begins.
postgres::Result RideTable::run(const RideStatement& statement, std::initializer_list<std::string> arrays) {
    postgres::Exchange exchange = connection_.begin(statement.attempt);
    if (own_session_) {
        std::string text = std::exchange(begin_, {});
        text.append("EXECUTE ").append(statement.name);
        char separator = '(';
        for (const std::string& array : arrays) {
            text.append(1, separator).append("'").append(array).append("'");
            separator = ',';
        }
        return exchange.run(text + ')');
    }
    if (!begin_.empty()) exchange.run(std::exchange(begin_, {}) + transaction_settings);
    const std::vector<SqlValue> values(arrays.begin(), arrays.end());
    return exchange.run(postgres::in_schema(statement.text, schema_), values);
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
