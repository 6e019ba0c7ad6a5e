#include "warehouse.hpp"

#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "consumer.hpp"
#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/run.hpp"
#include "contrail/text_table.hpp"
#include "ride.hpp"
#include "rocket_rides_embedded.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::RecordId;
using contrail::Retry;
using contrail::TextTable;

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

bool is_empty(SQLite::Database& database) {
    return database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
}

SQLite::Database open_warehouse(const std::filesystem::path& file) {
    return in_file(file, [&] {
        SQLite::Database database(file, SQLite::OPEN_READWRITE, busy_wait_max_ms);
        const bool is_one = database.execAndGet("PRAGMA application_id").getInt() == 1381128019;
        if (is_one && database.execAndGet("PRAGMA user_version").getInt() == 1) return database;
        throw Error(Retry::never,
                    "Cannot keep a warehouse in " + file.string() + ": it is " +
                        (is_one ? "of another version than this program's" : "another program's database") +
                        ". Nothing was changed. Name another file (--file).");
    });
}

}  // namespace

Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception) {
    const std::string message = "Cannot use the file " + file.string() + ": " + exception.what() + ".";
    switch (exception.getErrorCode() & 0xFF) {  // the rest are details that change nothing here
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Retry::call,
                    message + " Another program writes to the file: let it end its transaction."};
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return {Retry::call, message + " Check the disk and its free space."};
        case SQLITE_NOMEM:
        case SQLITE_INTERRUPT:
        case SQLITE_PROTOCOL:
            return {Retry::call, message};
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {Retry::never,
                    message +
                        " Check that the file exists, and that this user may write to it and to its folder."};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Retry::never, message + " Put back a good copy, or name another file."};
        default:
            return {Retry::never, message};
    }
}

void Warehouse::make(const std::filesystem::path& file) {
    in_file(file, [&] {
        SQLite::Database database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_wait_max_ms);
        if (!is_empty(database)) return;
        database.exec(
            "PRAGMA journal_mode = WAL");  // stays with the file: readers and the writer do not wait
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        // Another instance may have been faster.
        if (is_empty(database)) database.exec(std::string(embedded_files.back().text));
        transaction.commit();
    });
}

Warehouse::Warehouse(const std::filesystem::path& file, const Options& options)
    : file_(file),
      database_(open_warehouse(file)),
      options_(options),
      keep_(database_, keep_ride) {
    // In WAL mode the default syncs now and then only: a crash of the machine could take back effects whose
    // checkpoint is saved.
    database_.exec("PRAGMA synchronous = FULL");
}

std::string Warehouse::number() {
    return in_file(file_, [&] { return database_.execAndGet("SELECT warehouse FROM progress").getString(); });
}

RecordId Warehouse::last_id() {
    const auto text =
        in_file(file_, [&] { return database_.execAndGet("SELECT last_id FROM progress").getString(); });
    return RecordId::parse(text).value_or(RecordId{});
}

/// SQLite would write on to a file that no reader finds.
void Warehouse::require_in_its_place() {
    int moved = 0;
    sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved != 0)
        throw Error(Retry::transaction, "The warehouse's file " + file_.string() +
                                            " was deleted or moved away. Put it back, and start again.");
}

Warehouse::Applied Warehouse::apply(std::span<const contrail::Record> records) {
    require_in_its_place();
    try {
        return in_file(file_, [&] { return apply_all(records); });
    } catch (const Error& error) {
        throw Error(Retry::transaction, error.what());  // the file's fault: no record is to be parked for it
    }
}

Warehouse::Applied Warehouse::apply_all(std::span<const contrail::Record> records) {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::int64_t forgotten_offset = number_in("forgotten_offset");
    const std::int64_t begun_offset = number_in("begun_offset");
    Applied applied;
    for (const contrail::Record& record : records) {
        const auto change = read_ride(record);
        if (!change) continue;
        if (!change->id)
            throw std::runtime_error("Record " + record.id.to_string() +
                                     " has no ride's id. Its data: " + record.data.substr(0, 200));
        const bool deleted = record.action == "delete";
        ++(deleted ? applied.deleted : applied.kept);
        const std::int64_t offset = signed_offset(record.id.offset);
        if (offset <= begun_offset) continue;
        // The deletion of its ride may be forgotten.
        if (!deleted && offset <= forgotten_offset && !holds(*change->id))
            throw std::runtime_error(fmt::format(
                "Record {} comes so late that ride {} may have been deleted since: deletions are forgotten up "
                "to offset {}. If the record was parked, discard it, and stage one that says what holds now",
                record.id.to_string(), *change->id, forgotten_offset));
        keep(*change->id, deleted ? std::nullopt : std::optional(change->distance), offset,
             static_cast<std::int64_t>(record.id.sealed_ms));
    }
    advance(records.back().id);
    forget_deleted(records.back().id.offset);
    transaction.commit();
    return applied;
}

bool Warehouse::holds(std::int64_t ride) {
    SQLite::Statement find(database_, "SELECT 1 FROM all_rides WHERE id = ?1");
    find.bind(1, ride);
    return find.executeStep();
}

void Warehouse::keep(std::int64_t ride, std::optional<double> distance, std::int64_t offset,
                     std::int64_t created_ms) {
    keep_.tryReset();  // reset() would throw the failure of an earlier batch again
    keep_.bind(1, ride);
    if (distance)
        keep_.bind(2, *distance);
    else
        keep_.bind(2);
    keep_.bind(3, offset);
    keep_.bind(4, created_ms);
    keep_.exec();
}

void Warehouse::advance(RecordId last_id) {
    SQLite::Statement statement(database_,
                                "UPDATE progress SET last_id = ?1, last_offset = ?2 WHERE last_offset < ?2");
    SQLite::bind(statement, last_id.to_string(), signed_offset(last_id.offset));
    statement.exec();
}

void Warehouse::forget_deleted(contrail::Offset last) {
    const std::int64_t forget_to =
        signed_offset(last) - static_cast<std::int64_t>(options_.keep_deleted_records);
    if (forget_to <= 0) return;
    if (database_.exec(fmt::format("DELETE FROM all_rides WHERE distance IS NULL AND record_offset <= {}",
                                   forget_to)) > 0)
        database_.exec(
            fmt::format("UPDATE progress SET forgotten_offset = max(forgotten_offset, {})", forget_to));
}

std::int64_t Warehouse::number_in(const char* column) {
    return database_.execAndGet(fmt::format("SELECT {} FROM progress", column)).getInt64();
}

RecordId Warehouse::begin_with(RecordId last_id,
                               const std::function<void(const KeepRide& keep)>& give_rides) {
    require_in_its_place();
    const std::int64_t offset = signed_offset(last_id.offset);
    return in_file(file_, [&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        if (const RecordId held = this->last_id(); held.offset > last_id.offset) return held;
        database_.exec("DELETE FROM all_rides");
        give_rides([&](const Ride& ride) { keep(ride.id, ride.distance, offset, ride.created_ms); });
        advance(last_id);
        database_.exec(fmt::format("UPDATE progress SET begun_offset = {}", offset));
        transaction.commit();
        return last_id;
    });
}

namespace {

/// A table begins when these have decided how wide its columns are. Later ones may make columns wider.
constexpr std::size_t rows_measured = 1'000;

std::string escaped(std::string_view value) {
    std::string text;
    for (const char character : value) {
        constexpr std::string_view special = "\t\n\r\\";
        constexpr std::string_view letters = "tnr\\";
        const auto place = special.find(character);
        if (place == std::string_view::npos)
            text += character;
        else
            (text += '\\') += letters[place];
    }
    return text;
}

std::vector<std::string> row_of(const SQLite::Statement& rows) {
    std::vector<std::string> row;
    for (int i = 0; i < rows.getColumnCount(); ++i) {
        const SQLite::Column column = rows.getColumn(i);
        // SQLite's own text of a number has 15 digits, and so is not always that number.
        row.push_back(column.isFloat() ? fmt::format("{}", column.getDouble()) : escaped(column.getString()));
    }
    return row;
}

void print_table(SQLite::Statement& rows, std::ostream& out) {
    std::vector<TextTable::Column> columns;
    for (int i = 0; i < rows.getColumnCount(); ++i)
        columns.push_back({rows.getColumnName(i), TextTable::Align::numbers_right});
    TextTable table(std::move(columns));
    for (std::size_t count = 1; rows.executeStep(); ++count) {
        table.add(row_of(rows));
        if (count % rows_measured == 0) out << table.take_lines();
    }
    out << table.take_lines();
}

void require_one_query(SQLite::Database& database, const std::string& text) {
    const auto reject = [](const std::string& why) {
        throw Error(Retry::never, "Cannot run the query: " + why);
    };
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(database.getHandle(), text.c_str(), -1, &prepared, &rest);
    if (code != SQLITE_OK) throw SQLite::Exception(database.getHandle(), code);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
    if (statement == nullptr)
        reject(
            "it is empty. Query rides, rides_per_hour or rides_per_distance_band, as in SELECT * FROM rides.");
    if (sqlite3_stmt_readonly(statement.get()) == 0)
        reject("it would change the warehouse, which shows what the log says and nothing else.");
    if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
        reject("another statement follows the first one.");
}

}  // namespace

void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out) {
    in_file(file, [&] {
        SQLite::Database database(file, SQLite::OPEN_READONLY, busy_wait_max_ms);
        require_one_query(database, text);
        SQLite::Statement statement(database, text);
        if (form == RowForm::table) print_table(statement, out);
        while (form == RowForm::tabs && statement.executeStep())
            out << fmt::format("{}\n", fmt::join(row_of(statement), "\t"));
    });
    out.flush();
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
