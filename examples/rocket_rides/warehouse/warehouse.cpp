#include "warehouse/warehouse.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "contrail/error.hpp"
#include "rocket_rides_warehouse_embedded.hpp"
#include "warehouse/sqlite/transaction.hpp"

namespace rocket_rides {

namespace {

using contrail::Error;
using contrail::Retry;
using sqlite::Database;

// In schema.sql, too.
constexpr std::int64_t application_id = 1'381'128'019;
constexpr std::int64_t schema_version = 1;

// A deletion is the upsert of a row without a distance; so it does not mind if there is none to delete.
constexpr auto keep_ride = R"(
INSERT INTO all_rides (id, distance, record_offset, created_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (id) DO UPDATE SET
    distance = iif(excluded.record_offset > record_offset, excluded.distance, distance),
    record_offset = max(excluded.record_offset, record_offset),
    created_ms = min(excluded.created_ms, created_ms))";

std::int64_t signed_offset(contrail::Offset offset) {
    return static_cast<std::int64_t>(offset.value);
}

std::int64_t integer(Database& database, std::string_view query) {
    sqlite::Statement statement(database, query);
    statement.begin();
    return statement.step() ? statement.integer(0) : 0;
}

std::string text(Database& database, std::string_view query) {
    sqlite::Statement statement(database, query);
    statement.begin();
    return statement.step() ? std::string(statement.text(0)) : "";
}

/// Returns the database if it is a warehouse.
Database opened(const std::filesystem::path& file) {
    Database database(file, Database::Mode::read_write);
    const auto refuse = [&](const std::string& why) {
        throw Error(Retry::never, "Cannot keep a warehouse in " + database.file().string() + ": it is " +
                                      why + ". Nothing was changed. Name another file (--file).");
    };
    if (integer(database, "PRAGMA application_id") != application_id) refuse("another program's database");
    if (integer(database, "PRAGMA user_version") != schema_version)
        refuse("of another version than this program's");
    return database;
}

bool is_empty(Database& database) {
    return integer(database, "SELECT count(*) FROM sqlite_schema") == 0;
}

}  // namespace

void Warehouse::make(const std::filesystem::path& file) {
    Database database(file, Database::Mode::create);
    if (!is_empty(database)) return;
    // Readers do not wait for the writer, nor it for them. Stays with the file.
    database.run("PRAGMA journal_mode = WAL");
    sqlite::Transaction transaction(database, sqlite::Transaction::Kind::write);
    // Another instance may have been faster.
    if (is_empty(database)) database.run(std::string(warehouse_files::embedded_files.front().text));
    transaction.commit();
}

Warehouse::Warehouse(const std::filesystem::path& file, const Options& options)
    : database_(opened(file)),
      options_(options),
      load_offsets_(database_, "SELECT forgotten_offset, begun_offset FROM progress"),
      find_(database_, "SELECT 1 FROM all_rides WHERE id = ?1"),
      keep_(database_, keep_ride),
      advance_(database_, "UPDATE progress SET last_id = ?1, last_offset = ?2 WHERE last_offset < ?2"),
      forget_(database_, "DELETE FROM all_rides WHERE distance IS NULL AND record_offset <= ?1"),
      note_forgotten_(database_, "UPDATE progress SET forgotten_offset = max(forgotten_offset, ?1)"),
      note_begun_(database_, "UPDATE progress SET begun_offset = ?1") {
    // The default in WAL mode syncs now and then only: a crash of the machine could take back effects whose
    // checkpoint is saved.
    database_.run("PRAGMA synchronous = FULL");
}

std::string Warehouse::number() {
    return text(database_, "SELECT warehouse FROM progress");
}

contrail::RecordId Warehouse::last_id() {
    return contrail::RecordId::parse(text(database_, "SELECT last_id FROM progress"))
        .value_or(contrail::RecordId{});
}

/// SQLite would go on in a file that nobody finds again.
void Warehouse::require_in_its_place() {
    if (database_.moved())
        throw Error(Retry::transaction, "The warehouse's file " + database_.file().string() +
                                            " was deleted or moved away. Put it back, and start again.");
}

Warehouse::Applied Warehouse::apply(std::span<const contrail::Record> records) {
    require_in_its_place();
    try {
        return apply_all(records);
    } catch (const Error& error) {
        // Whatever is wrong with the file, no record is to blame, none is to be parked for it.
        throw Error(Retry::transaction, error.what());
    }
}

Warehouse::Applied Warehouse::apply_all(std::span<const contrail::Record> records) {
    sqlite::Transaction transaction(database_, sqlite::Transaction::Kind::write);
    load_offsets_.begin();
    while (load_offsets_.step()) {
        forgotten_offset_ = load_offsets_.integer(0);
        begun_offset_ = load_offsets_.integer(1);
    }

    Applied applied;
    for (const auto& record : records) {
        const auto change = rides_.read(record);
        if (!change) continue;
        keep(record, *change);
        ++(record.action == "delete" ? applied.deleted : applied.kept);
    }
    const contrail::RecordId last = records.back().id;
    advance_.execute(last.to_string(), signed_offset(last.offset));
    if (last.offset.value > options_.keep_deleted_records)
        forget_deletions_before(signed_offset({last.offset.value - options_.keep_deleted_records}));
    transaction.commit();
    return applied;
}

contrail::RecordId Warehouse::begin_with(contrail::RecordId last_id,
                                         const std::function<void(const KeepRide& keep)>& give_rides) {
    require_in_its_place();
    sqlite::Transaction transaction(database_, sqlite::Transaction::Kind::write);
    if (const contrail::RecordId held = this->last_id(); held.offset > last_id.offset) return held;
    const std::int64_t offset = signed_offset(last_id.offset);
    database_.run("DELETE FROM all_rides");
    give_rides([&](const Ride& ride) {
        keep_.execute(ride.id, std::optional(ride.distance), offset, ride.created_ms);
    });
    advance_.execute(last_id.to_string(), offset);
    note_begun_.execute(offset);
    transaction.commit();
    return last_id;
}

void Warehouse::keep(const contrail::Record& record, const RideChange& change) {
    if (!change.id)
        throw std::runtime_error("Record " + record.id.to_string() +
                                 " has no ride's id. Its data: " + record.data.substr(0, 200));
    if (signed_offset(record.id.offset) <= begun_offset_) return;
    const bool deleted = record.action == "delete";
    if (!deleted) require_known(record, *change.id);
    keep_.execute(*change.id, deleted ? std::nullopt : std::optional(change.distance),
                  signed_offset(record.id.offset), static_cast<std::int64_t>(record.id.sealed_ms));
}

/// A record that is so late that its ride's deletion may have been forgotten.
void Warehouse::require_known(const contrail::Record& record, std::int64_t ride) {
    if (signed_offset(record.id.offset) > forgotten_offset_) return;
    find_.begin(ride);
    bool known = false;
    while (find_.step()) known = true;
    if (known) return;
    throw std::runtime_error(
        "Record " + record.id.to_string() + " comes so late that it is not known any more whether ride " +
        std::to_string(ride) + " was deleted since: deletions are forgotten up to offset " +
        std::to_string(forgotten_offset_) +
        ". If it was parked, discard it, and stage a record that says what holds now");
}

void Warehouse::forget_deletions_before(std::int64_t offset) {
    forget_.execute(offset);
    if (database_.changes() > 0) note_forgotten_.execute(offset);
}

}  // namespace rocket_rides
