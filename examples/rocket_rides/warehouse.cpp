#include "warehouse.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>

#include "commands.hpp"
#include "consumer.hpp"
#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/run.hpp"
#include "ride.hpp"
#include "rocket_rides_embedded.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::RecordId;
using contrail::Retry;

namespace {

// A deletion is the upsert of a row without a distance, and so does not mind if there is nothing to delete.
constexpr auto keep_ride = R"(
INSERT INTO all_rides (id, distance, record_offset, created_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (id) DO UPDATE SET
    distance = iif(excluded.record_offset > record_offset, excluded.distance, distance),
    record_offset = max(excluded.record_offset, record_offset),
    created_ms = min(excluded.created_ms, created_ms))";

std::int64_t signed_offset(contrail::Offset offset) {
    return static_cast<std::int64_t>(offset.value);
}

std::string text_of(sqlite::Database& database, std::string_view query) {
    sqlite::Statement statement(database, query);
    statement.begin();
    return statement.step() ? std::string(statement.text(0)) : "";
}

sqlite::Database open_warehouse(const std::filesystem::path& file) {
    sqlite::Database database(file, SQLITE_OPEN_READWRITE);
    const bool is_one = text_of(database, "PRAGMA application_id") == "1381128019";
    if (is_one && text_of(database, "PRAGMA user_version") == "1") return database;
    throw Error(Retry::never,
                "Cannot keep a warehouse in " + file.string() + ": it is " +
                    (is_one ? "of another version than this program's" : "another program's database") +
                    ". Nothing was changed. Name another file (--file).");
}

bool is_empty(sqlite::Database& database) {
    return text_of(database, "SELECT count(*) FROM sqlite_schema") == "0";
}

}  // namespace

void Warehouse::make(const std::filesystem::path& file) {
    sqlite::Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!is_empty(database)) return;
    database.run("PRAGMA journal_mode = WAL");  // stays with the file: readers and the writer do not wait
    sqlite::Transaction transaction(database, "BEGIN IMMEDIATE");
    // Another instance may have been faster.
    if (is_empty(database)) database.run(std::string(embedded_files.back().text));
    transaction.commit();
}

Warehouse::Warehouse(const std::filesystem::path& file, const Options& options)
    : database_(open_warehouse(file)),
      options_(options),
      load_offsets_(database_, "SELECT forgotten_offset, begun_offset FROM progress"),
      find_(database_, "SELECT 1 FROM all_rides WHERE id = ?1"),
      keep_(database_, keep_ride),
      advance_(database_, "UPDATE progress SET last_id = ?1, last_offset = ?2 WHERE last_offset < ?2"),
      forget_(database_, "DELETE FROM all_rides WHERE distance IS NULL AND record_offset <= ?1") {
    // In WAL mode the default syncs now and then only: a crash of the machine could take back effects whose
    // checkpoint is saved.
    database_.run("PRAGMA synchronous = FULL");
}

std::string Warehouse::number() {
    return text_of(database_, "SELECT warehouse FROM progress");
}

RecordId Warehouse::last_id() {
    return RecordId::parse(text_of(database_, "SELECT last_id FROM progress")).value_or(RecordId{});
}

/// SQLite would write on to a file that no reader finds.
void Warehouse::require_in_its_place() {
    if (!database_.in_its_place())
        throw Error(Retry::transaction, "The warehouse's file " + database_.file().string() +
                                            " was deleted or moved away. Put it back, and start again.");
}

Warehouse::Applied Warehouse::apply(std::span<const contrail::Record> records) {
    require_in_its_place();
    try {
        return apply_all(records);
    } catch (const Error& error) {
        throw Error(Retry::transaction, error.what());  // the file's fault: no record is to be parked for it
    }
}

Warehouse::Applied Warehouse::apply_all(std::span<const contrail::Record> records) {
    sqlite::Transaction transaction(database_, "BEGIN IMMEDIATE");
    for (load_offsets_.begin(); load_offsets_.step();) {
        forgotten_offset_ = load_offsets_.integer(0);
        begun_offset_ = load_offsets_.integer(1);
    }
    Applied applied;
    for (const contrail::Record& record : records) {
        const auto change = read_ride(record);
        if (!change) continue;
        keep(record, *change);
        ++(record.action == "delete" ? applied.deleted : applied.kept);
    }
    const RecordId last = records.back().id;
    advance_.execute(last.to_string(), signed_offset(last.offset));
    if (const std::int64_t forget_to =
            signed_offset(last.offset) - static_cast<std::int64_t>(options_.keep_deleted_records);
        forget_to > 0) {
        forget_.execute(forget_to);
        if (sqlite3_changes(database_.native()) > 0)
            database_.run(
                fmt::format("UPDATE progress SET forgotten_offset = max(forgotten_offset, {})", forget_to));
    }
    transaction.commit();
    return applied;
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

/// Rejects a record so late that the deletion of its ride may be forgotten.
void Warehouse::require_known(const contrail::Record& record, std::int64_t ride) {
    if (signed_offset(record.id.offset) > forgotten_offset_) return;
    bool known = false;
    for (find_.begin(ride); find_.step();) known = true;
    if (known) return;
    throw std::runtime_error(fmt::format(
        "Record {} comes so late that ride {} may have been deleted since: deletions are forgotten up "
        "to offset {}. If the record was parked, discard it, and stage one that says what holds now",
        record.id.to_string(), ride, forgotten_offset_));
}

RecordId Warehouse::begin_with(RecordId last_id,
                               const std::function<void(const KeepRide& keep)>& give_rides) {
    require_in_its_place();
    sqlite::Transaction transaction(database_, "BEGIN IMMEDIATE");
    if (const RecordId held = this->last_id(); held.offset > last_id.offset) return held;
    const std::int64_t offset = signed_offset(last_id.offset);
    database_.run("DELETE FROM all_rides");
    give_rides([&](const Ride& ride) {
        keep_.execute(ride.id, std::optional(ride.distance), offset, ride.created_ms);
    });
    advance_.execute(last_id.to_string(), offset);
    database_.run(fmt::format("UPDATE progress SET begun_offset = {}", offset));
    transaction.commit();
    return last_id;
}

namespace {

struct WarehouseOptions {
    std::string name = "warehouse";
    std::filesystem::path file = "warehouse.sqlite";
    std::optional<std::string> query;
    bool quiet = false;
    Warehouse::Options warehouse;
    Crashes::Options crashes;
    contrail::ConsumerProgramOptions consumer;
};

/// Opens the file that the consumer fills. Another file would lack the records before its checkpoint, or hold
/// rides of another database, and no reader would notice. The table `warehouses` says which file it is, and
/// where `verify` finds it.
std::unique_ptr<Warehouse> open(const contrail::Settings& settings, const WarehouseOptions& options) {
    contrail::PostgresSession session(settings, "warehouse");
    const auto known = session.execute(
        in_schema("SELECT (SELECT last_id FROM @schema@.checkpoints WHERE consumer = $1 AND stream = $2), "
                  "(SELECT warehouse FROM warehouses WHERE consumer = $1 AND stream = $2)",
                  settings),
        {options.name, settings.stream_name})[0];
    const RecordId checkpoint = RecordId::parse(known[0].value_or("")).value_or(RecordId{});
    const bool begins = checkpoint == RecordId{};

    const auto file = std::filesystem::absolute(options.file);
    if (begins) Warehouse::make(file);
    auto warehouse = std::make_unique<Warehouse>(file, options.warehouse);
    if (warehouse->number() != known[1] && !(begins && warehouse->last_id() == RecordId{}))
        throw Error(
            Retry::never,
            "The warehouse in " + file.string() + " is not the one that consumer '" + options.name +
                "' has filled, up to " + checkpoint.to_string() +
                ". Nothing was changed. Put the right file back, or name it (--file); for a new one, give "
                "the consumer another name (--name), which begins with all rides (--from reconciled).");
    if (warehouse->last_id().offset < checkpoint.offset)
        contrail::ComponentLog("warehouse")
            .warn(
                "the file {file} is at {last_id}, and its checkpoint at {checkpoint}: the records between them "
                "were parked, or the file is an older copy",
                {{"file", file.native()}, {"last_id", warehouse->last_id()}, {"checkpoint", checkpoint}});
    session.execute(
        "INSERT INTO warehouses (consumer, stream, file, warehouse) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (consumer, stream) DO UPDATE SET file = excluded.file, warehouse = excluded.warehouse",
        {options.name, settings.stream_name, file.string(), warehouse->number()});
    return warehouse;
}

/// Begins with the service's own rides, thousands at a time. They are in the file when this returns, and the
/// checkpoint comes next, as with a batch.
contrail::ReconciledState begin_with_all_rides(const contrail::Settings& settings, Warehouse& warehouse) {
    contrail::Reconciliation reconciliation(settings);
    contrail::Sql sql = reconciliation.sql();
    sql.execute(
        "SET LOCAL extra_float_digits = 1; "  // All digits, whatever the server's default.
        "DECLARE every_ride NO SCROLL CURSOR FOR "
        "SELECT id, distance, floor(extract(epoch FROM created_at) * 1000)::bigint FROM rides");
    const auto last_id = warehouse.begin_with(reconciliation.last_id(), [&](const Warehouse::KeepRide& keep) {
        for (auto rows = sql.execute("FETCH 5000 FROM every_ride"); !rows.empty();
             rows = sql.execute("FETCH 5000 FROM every_ride")) {
            for (const auto& row : rows)
                keep({.id = std::stoll(row[0].value()),
                      .distance = std::stod(row[1].value()),
                      .created_ms = std::stoll(row[2].value())});
        }
    });
    return {.last_id = last_id, .write = {}};
}

int consume(const contrail::Settings& settings, const WarehouseOptions& options) {
    std::unique_ptr<Warehouse> warehouse;
    Crashes crashes(options.crashes);
    contrail::ConsumerProgramOptions consumer = options.consumer;
    consumer.consumer.prepare = [&] { warehouse = open(settings, options); };
    consumer.consumer.reconcile = [&] {
        auto state = begin_with_all_rides(settings, *warehouse);
        crashes.perhaps();
        return state;
    };
    contrail::run_consumer(
        settings, contrail::ConsumerName(options.name),
        [&](std::span<const contrail::Record> records) {
            const auto applied = warehouse->apply(records);
            if (!options.quiet) {
                std::cout << fmt::format("{} stored, {} deleted, up to record {}\n", applied.kept,
                                         applied.deleted, records.back().id.to_string())
                          << std::flush;
            }
            crashes.perhaps();
        },
        consumer);
    return contrail::exit_success;
}

int query(const WarehouseOptions& options) {
    run_query(options.file, *options.query, ::isatty(STDOUT_FILENO) == 1 ? RowForm::table : RowForm::tabs,
              std::cout);
    return contrail::exit_success;
}

}  // namespace

void add_warehouse_command(contrail::Program& program) {
    const auto options = std::make_shared<WarehouseOptions>();
    CLI::App* const command =
        program.command("warehouse", "Keep all rides in an SQLite file, or query it", [&program, options] {
            return options->query ? query(*options) : consume(program.require_servers(), *options);
        });
    command->add_option("--file", options->file, "The SQLite file")
        ->envname("WAREHOUSE_FILE")
        ->capture_default_str();
    command
        ->add_option("--query", options->query,
                     "Do not consume, but print the rows of this SELECT: from rides, rides_per_hour, "
                     "rides_per_distance_band")
        ->type_name("SQL");
    command->add_option("--name", options->name, "The consumer's name: it keeps its checkpoint")
        ->capture_default_str();
    command
        ->add_option("--keep-deleted-records", options->warehouse.keep_deleted_records,
                     "Records that follow a deletion before it is forgotten")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 60U))
        ->capture_default_str();
    command->add_flag("--quiet", options->quiet, "Do not print what was stored");
    add_flags(*command, options->crashes);
    contrail::add_flags(*command, options->consumer);
}

}  // namespace rocket_rides
