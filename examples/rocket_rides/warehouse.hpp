#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>

#include "contrail/record.hpp"
#include "sqlite.hpp"

namespace rocket_rides {

struct RideChange;

/// All rides in an SQLite file, for analysts: a consumer that cannot share a transaction with its checkpoint,
/// and so must be idempotent. warehouse.sql describes the file. Any program may read it meanwhile.
///
/// Repeats   Records may come again, in stretches and late, from this process or from one that was frozen and
/// woke
///           up. A ride's row keeps the offset of the record that it is from, and only a greater one overwrites
///           it. A deleted ride keeps its row, without a distance, so that an older record does not revive it.
/// Begins    With the first record; or with the service's own rides, if the beginning of the log is gone.
/// Records
///           that are older than these change nothing.
/// Bounds    Deletions are forgotten when as many records have followed as Options say. It rejects what comes
/// even
///           later for a ride without a row.
/// Lasting   When apply() returns, its effects survive a crash of the machine: the checkpoint is saved next.
/// Errors    contrail::Error, with any Retry but `never` from apply() and begin_with(), if the file cannot be
/// used:
///           no record is at fault. std::runtime_error if a record cannot be applied; its whole batch is not, then.
/// Threads   Not thread-safe.
class Warehouse {
public:
    struct Options {
        /// Records that follow a deletion before it is forgotten. Each deletion among them takes 25 bytes.
        std::uint64_t keep_deleted_records = 1'000'000;
    };
    struct Applied {
        std::size_t kept = 0;  ///< Creations and changes.
        std::size_t deleted = 0;
    };
    /// A ride as the service has it.
    struct Ride {
        std::int64_t id = 0;
        double distance = 0;          ///< Metres.
        std::int64_t created_ms = 0;  ///< Unix time.
    };
    using KeepRide = std::function<void(const Ride& ride)>;

    /// Makes the file, unless there is one.
    static void make(const std::filesystem::path& file);

    /// Opens the file. Throws contrail::Error (Retry::never) if it is not there, or is not a warehouse.
    Warehouse(const std::filesystem::path& file, const Options& options);

    /// The file's own number, which no other file has.
    [[nodiscard]] std::string number();
    /// The last record applied; 0-0: none.
    [[nodiscard]] contrail::RecordId last_id();

    /// Applies a batch in one transaction of the file.
    Applied apply(std::span<const contrail::Record> records);

    /// Replaces what the file holds by all rides that there were right after the record `last_id`:
    /// `give_rides` calls its argument with each. Does nothing if another instance has brought the file
    /// further. Returns the last record whose effects the file shows.
    contrail::RecordId begin_with(contrail::RecordId last_id,
                                  const std::function<void(const KeepRide& keep)>& give_rides);

private:
    void require_in_its_place();
    Applied apply_all(std::span<const contrail::Record> records);
    void keep(const contrail::Record& record, const RideChange& change);
    void require_known(const contrail::Record& record, std::int64_t ride);

    sqlite::Database database_;
    Options options_;
    std::int64_t forgotten_offset_ = 0;  ///< As read in the current transaction.
    std::int64_t begun_offset_ = 0;      ///< The same.

    sqlite::Statement load_offsets_;
    sqlite::Statement find_;
    sqlite::Statement keep_;
    sqlite::Statement advance_;
    sqlite::Statement forget_;
};

/// How rows are printed, one a line, with \t, \n, \r and \\ inside of values escaped. NULL is empty.
enum class RowForm {
    table,  ///< For people, with a heading. The first thousand rows decide how wide columns are.
    tabs,   ///< For programs: a tab between values.
};

/// Runs one query on a warehouse's file and prints its rows. Throws contrail::Error if it would change
/// something.
void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out);

}  // namespace rocket_rides
