#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/record.hpp"

namespace rocket_rides {

/// What the rides add up to, what the log holds and what each consumer has made of it.
struct Report {
    struct Rides {
        std::uint64_t count = 0;
        double sum = 0;  ///< metres
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

    Rides rides;
    Log log;
    /// The offset of the newest record staged, in the log or not. Of one snapshot with rides and consumers.
    contrail::Offset staged;
    std::vector<Consumer> consumers;

    /// Records staged that the log has not got yet.
    [[nodiscard]] std::uint64_t unsent_records() const;
    /// Records that the log holds past the consumer's checkpoint.
    [[nodiscard]] std::uint64_t lag_records(const Consumer& consumer) const;
};

/// What can be said of a consumer's total.
enum class Standing {
    behind,    ///< Nothing: records that it has not consumed are part of the rides' sum.
    agrees,    ///< It is level, and its total is the rides' sum.
    disagrees  ///< It is level, and its total is another; or another consumer's is, at the same record.
};

/// A consumer is level when every record staged is behind its checkpoint. Rides, staged records, checkpoints
/// and totals are read in one snapshot, so that this can be judged while rides come in.
/// Totals are compared as sums of floating-point numbers can be; see same_distance.hpp.
Standing standing(const Report& report, const Report::Consumer& consumer);

/// True unless a consumer disagrees. Those that are behind are not judged.
bool agree(const Report& report);

/// True if the consumer of this name has consumed all that was staged; one that is not in the report has
/// consumed nothing.
bool is_level(const Report& report, std::string_view name);

}  // namespace rocket_rides
