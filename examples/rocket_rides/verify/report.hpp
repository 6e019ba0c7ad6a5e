#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/record.hpp"
#include "warehouse/contents.hpp"

namespace rocket_rides {

/// What the rides add up to, what the log holds and what each consumer has made of it.
struct Report {
    struct Rides {
        std::uint64_t count = 0;
        double sum = 0;                       ///< metres
        std::optional<std::uint64_t> digest;  ///< See RideDigest. Only where a warehouse is level.
    };
    struct Log {
        contrail::RecordId head;
        std::uint64_t records = 0;  ///< that it holds now
    };
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< its checkpoint
        double total_distance = 0;   ///< metres
    };
    struct Warehouse {
        std::string name;
        contrail::RecordId last_id;  ///< its consumer's checkpoint
        std::string file;
        std::optional<WarehouseContents> contents;  ///< Read later than all else.
        std::string unreadable;                     ///< Why there are none, or empty.
    };

    Rides rides;
    Log log;
    /// The offset of the newest record staged, in the log or not. Of one snapshot with rides and consumers.
    contrail::Offset staged;
    std::vector<Consumer> consumers;
    std::vector<Warehouse> warehouses;

    /// Records staged that the log has not got yet.
    [[nodiscard]] std::uint64_t unsent_records() const;
    /// Records that the log holds past the consumer's checkpoint.
    [[nodiscard]] std::uint64_t lag_records(const Consumer& consumer) const;
    [[nodiscard]] std::uint64_t lag_records(const Warehouse& warehouse) const;
};

/// What can be said of a consumer's total, or of a warehouse's rides.
enum class Standing {
    behind,     ///< Nothing: records that it has not consumed are part of the rides.
    ahead,      ///< Nothing: the warehouse has gone on since the rides were read.
    agrees,     ///< It is level, and shows what the rides add up to.
    disagrees,  ///< It is level, and shows another thing; or another consumer does, at the same record.
    unreadable  ///< Nothing: the warehouse's file cannot be read.
};

/// A consumer is level when every record staged is behind its checkpoint. Rides, staged records, checkpoints
/// and totals are read in one snapshot, so that this can be judged while rides come in.
/// Totals are compared as sums of floating-point numbers can be; see same_distance.hpp.
Standing standing(const Report& report, const Report::Consumer& consumer);

/// A warehouse's file is no part of that snapshot: it is read after it. By then it held what its checkpoint
/// said, because effects come before their checkpoint; and nothing beyond, if the file says so. Then its
/// rides must be the rides, one for one: as many, with the same sum, and the same digest of ids and
/// distances.
Standing standing(const Report& report, const Report::Warehouse& warehouse);

/// True unless a consumer or a warehouse disagrees, or a file cannot be read. Those that are behind are not
/// judged.
bool agree(const Report& report);

/// What the consumers' totals say of each other, whatever the rides add up to.
struct Comparison {
    /// The newest record at which two of them stand and show the same total.
    std::optional<contrail::RecordId> agree_at;
    /// The newest record at which two of them stand and show different ones.
    std::optional<contrail::RecordId> differ_at;
};
Comparison compare(const Report& report);

/// True if the consumer or the warehouse of this name has consumed all that was staged; one that is not in
/// the report has consumed nothing.
bool is_level(const Report& report, std::string_view name);

}  // namespace rocket_rides
