#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>

#include "contrail/error.hpp"
#include "contrail/record.hpp"

namespace rocket_rides {

/// All rides in an SQLite file, for analysts: a consumer that cannot share a transaction with its checkpoint,
/// and so must be idempotent. warehouse.sql describes the file. Any program may read it meanwhile.
///
/// Repeats   Records may come again and late, from this process or from one that was frozen. A ride's row keeps
///           the offset of its newest record: only a greater one overwrites it. A deleted ride keeps its row,
///           without a distance, so that an older record does not revive it.
/// Begins    With the first record; or with the service's own rides, if the beginning of the log is gone.
///           Records that are older than these change nothing.
/// Bounds    Deletions are forgotten when as many records have followed as Options say. A record that comes
///           even later is rejected if its ride has no row.
/// Lasting   When apply() returns, its effects survive a crash of the machine: the checkpoint is saved next.
/// Errors    contrail::Error if the file cannot be used; never Retry::never from apply() and begin_with(), as
///           no record is at fault. std::runtime_error if a record cannot be applied; then no record of its
///           batch is.
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
    bool holds(std::int64_t ride);
    void keep(std::int64_t ride, std::optional<double> distance, std::int64_t offset,
              std::int64_t created_ms);
    void advance(contrail::RecordId last_id);
    void forget_deleted(contrail::Offset last);
    std::int64_t number_in(const char* column);  ///< Of the table `progress`.

    std::filesystem::path file_;
    SQLite::Database database_;
    Options options_;
    SQLite::Statement keep_;
};

/// How long a connection waits for a lock that another program holds.
inline constexpr int busy_wait_max_ms = 5'000;

/// What SQLite says of `file`, with advice: Retry::call if it may pass by itself (another program holds the
/// file, the disk is full), else Retry::never.
contrail::Error error_of(const std::filesystem::path& file, const SQLite::Exception& exception);

/// Runs `work`, and throws what SQLite throws as error_of() `file`.
template <class Work>
auto in_file(const std::filesystem::path& file, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw error_of(file, exception);
    }
}

/// How rows are printed, one a line, with \t, \n, \r and \\ inside of values escaped. NULL is empty.
enum class RowForm {
    table,  ///< For people, with a heading. Each thousand rows may make columns wider.
    tabs,   ///< For programs: a tab between values.
};

/// Runs one query on a warehouse's file and prints its rows. Throws contrail::Error if it would change
/// something.
void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out);

}  // namespace rocket_rides
