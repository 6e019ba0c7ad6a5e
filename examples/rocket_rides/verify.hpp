#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/log_reader.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/record.hpp"
#include "contrail/segment.hpp"
#include "contrail/settings.hpp"

/// Whether consumers show what the rides add up to, and a warehouse the rides themselves.
namespace rocket_rides {

/// What the file of a warehouse adds up to, at one moment.
struct WarehouseContents {
    contrail::RecordId last_id;  ///< The last record applied.
    std::uint64_t count = 0;     ///< Rides.
    double sum = 0;              ///< Metres.
    /// Stands for the set of rides: the sum, modulo 2^64, of the first eight bytes of each ride's SHA-256.
    /// Equal if ids and distances are equal, bit for bit; different, but for one chance in 2^64, if not.
    std::uint64_t digest = 0;
};

/// Reads a warehouse's file while other programs write to it. Throws contrail::Error.
WarehouseContents read_warehouse(const std::filesystem::path& file);

/// Rides, log and consumers side by side.
struct Verdict {
    struct Rides {
        std::uint64_t count = 0;
        double sum = 0;                       ///< Metres.
        std::optional<std::uint64_t> digest;  ///< As in WarehouseContents. Unset if no warehouse is level.
    };
    struct Log {
        contrail::RecordId head;
        std::uint64_t records = 0;  ///< That the log holds now.
    };
    /// What a segment of a consumer has added up.
    struct Segment {
        contrail::Segment segment;
        contrail::RecordId last_id;  ///< Up to which it has applied its records.
        double total_distance = 0;   ///< Metres.
    };
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;          ///< Its checkpoint; the least of its segments.
        double total_distance = 0;           ///< Metres; the segments' totals added up.
        std::vector<Segment> segments = {};  ///< None: it was never split.

        /// Whether there is a record up to which it has applied every record, and none after it: the total is of that
        /// record then. While segments stand apart there is none, and the totals add up to nothing that ever was.
        [[nodiscard]] bool is_at_one_record() const;
    };
    struct Warehouse {
        std::string name;
        contrail::RecordId last_id;  ///< Its consumer's checkpoint.
        std::string file;
        std::optional<WarehouseContents> contents;  ///< Read after everything else.
        std::string unreadable;                     ///< Why there are no contents, or empty.
    };

    Rides rides;
    Log log;
    /// Offset of the newest record staged, in the log or not. Rides, consumers and this are of one snapshot.
    contrail::Offset staged;
    std::vector<Consumer> consumers;
    std::vector<Warehouse> warehouses;

    /// Records staged that the log lacks.
    [[nodiscard]] std::uint64_t unsent_records() const;
    /// Records of the log after a checkpoint.
    [[nodiscard]] std::uint64_t lag_records(contrail::RecordId checkpoint) const;
    /// Whether two sums of distances can be sums of the same rides: rounding is no difference.
    [[nodiscard]] bool same(double left, double right) const;
};

/// What can be said of a consumer's total, or of a warehouse's rides.
enum class Standing {
    behind,      ///< Nothing: it has not consumed all records staged.
    ahead,       ///< Nothing: the warehouse went on after the rides were read.
    agrees,      ///< It is level, and shows what the rides add up to.
    disagrees,   ///< It is level, and shows something else; or another consumer does at the same record.
    unreadable,  ///< Nothing: the warehouse's file cannot be read.
};

/// A consumer is level when its checkpoint is at the newest record staged: those of all its segments are. Only then, or
/// where two consumers are at the same record, are totals compared.
Standing standing(const Verdict& verdict, const Verdict::Consumer& consumer);

/// A warehouse's file is not part of the snapshot: it is read later. By then it holds at least what its
/// checkpoint says, because effects come before their checkpoint, and nothing beyond if the file says so.
/// Then it must show the same rides, one for one.
Standing standing(const Verdict& verdict, const Verdict::Warehouse& warehouse);

/// True unless a consumer or warehouse disagrees, or cannot be read. Those behind are not judged.
bool agree(const Verdict& verdict);

/// True if the consumer or warehouse of this name has consumed all that is staged.
bool is_level(const Verdict& verdict, std::string_view name);

/// A table and a verdict, for people; and a line of JSON: `rides`, `log`, `consumers`, `warehouses`, `agree`.
std::string to_text(const Verdict& verdict);
std::string to_json(const Verdict& verdict);

/// Reads what a verdict needs, over connections that it keeps. Calls throw contrail::Error; the next one
/// connects again. Not thread-safe.
class RideAudit {
public:
    explicit RideAudit(contrail::Settings settings);

    /// Everything. It adds up all rides, which takes a second where there are ten millions.
    Verdict verify();

    /// Consumers, records staged and the log's head: quick, however many rides there are. The rides stay 0.
    Verdict verify_consumers();

private:
    template <class Read>
    Verdict in_one_snapshot(Read read);
    std::vector<contrail::SqlRow> query(std::string_view text, bool of_stream = false);
    void read_consumers(Verdict& verdict);
    void read_rides(Verdict& verdict);
    void read_warehouses(Verdict& verdict);

    contrail::Settings settings_;
    std::optional<contrail::PostgresSession> session_;
    std::unique_ptr<contrail::LogReader> log_;
};

}  // namespace rocket_rides
