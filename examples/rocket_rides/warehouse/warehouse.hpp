#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "contrail/record.hpp"
#include "ride_change.hpp"
#include "warehouse/sqlite/database.hpp"
#include "warehouse/sqlite/statement.hpp"

namespace rocket_rides {

/// The handler of a consumer that cannot share a transaction with its checkpoint: it keeps all rides in an
/// SQLite file, from which anybody may read meanwhile (schema.sql says what).
///
/// Repeats   Records may come again, in stretches and late, from this process or from one that was frozen and
///           woke up. A ride's row keeps the offset of the record that it is from, and only a greater one
///           overwrites it; a deleted ride keeps its row, without a distance, so that an older record does
///           not bring it back. So the file shows the newest that was applied of each ride, in whatever order
///           it came.
/// Begins    With the first record; or, where the log's beginning is gone, with the service's own rides.
///           Older records than these change nothing: what they did is in them.
/// Bounds    Rows of deleted rides are forgotten when as many records have followed as `Options` say. What
///           comes even later for a ride without a row is refused, not guessed.
/// Lasting   When apply() returns, its effects outlive a crash of the machine: the checkpoint is saved next.
/// Errors    contrail::Error with any Retry but `never`, where the file cannot be used: no record's fault.
///           std::runtime_error where a record cannot be applied; nothing of its batch is applied then.
/// Threads   Not thread-safe.
class Warehouse {
public:
    struct Options {
        /// Records that follow a deletion before it is forgotten. More takes more space, about 25 bytes for
        /// each deletion among them.
        std::uint64_t keep_deleted_records = 1'000'000;
    };

    /// What became of a batch.
    struct Applied {
        std::size_t kept = 0;  ///< creations and changes
        std::size_t deleted = 0;
    };

    /// Makes the file, unless there is one. Throws Error.
    static void make(const std::filesystem::path& file);

    /// Opens the file, which must be there. Throws Error if it cannot be used, or is no warehouse.
    Warehouse(const std::filesystem::path& file, const Options& options);

    /// The file's own number, which no other one has.
    [[nodiscard]] std::string number();
    /// The last record applied; 0-0: none.
    [[nodiscard]] contrail::RecordId last_id();

    /// In one transaction of the file's.
    Applied apply(std::span<const contrail::Record> records);

    /// A ride as the service has it.
    struct Ride {
        std::int64_t id = 0;
        double distance = 0;          ///< metres
        std::int64_t created_ms = 0;  ///< Unix time
    };
    using KeepRide = std::function<void(const Ride& ride)>;

    /// Puts all rides that there were right after the record `last_id` in place of what the file holds, in
    /// one transaction; unless another instance has brought it further by now. `give_rides` is to call what
    /// it gets with each of them. Returns the last record whose effects the file shows.
    contrail::RecordId begin_with(contrail::RecordId last_id,
                                  const std::function<void(const KeepRide& keep)>& give_rides);

private:
    void require_in_its_place();
    Applied apply_all(std::span<const contrail::Record> records);
    void keep(const contrail::Record& record, const RideChange& change);
    void require_known(const contrail::Record& record, std::int64_t ride);
    void forget_deletions_before(std::int64_t offset);

    sqlite::Database database_;
    Options options_;
    RideReader rides_;
    std::int64_t forgotten_offset_ = 0;  ///< As read in the transaction that is open.
    std::int64_t begun_offset_ = 0;      ///< The same.

    sqlite::Statement load_offsets_;
    sqlite::Statement find_;
    sqlite::Statement keep_;
    sqlite::Statement advance_;
    sqlite::Statement forget_;
    sqlite::Statement note_forgotten_;
    sqlite::Statement note_begun_;
};

}  // namespace rocket_rides
