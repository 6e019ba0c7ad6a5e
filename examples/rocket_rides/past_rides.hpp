#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contrail/log_reader.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"

/// Time travel: what the rides added up to at any past record.
namespace rocket_rides {

/// A past moment: the record with this offset, or the last one that was sealed at or before a time (Unix time in
/// milliseconds).
using Moment = std::variant<contrail::Offset, std::uint64_t>;

/// Reads `521`, `1700000000000-521` (its offset counts), or a time as in RFC 3339. Nothing if `text` is none of these.
std::optional<Moment> parse_moment(std::string_view text);

/// What a set of rides adds up to.
struct RidesTotal {
    std::uint64_t count = 0;   ///< Rides: created, and not deleted.
    double distance = 0;       ///< Metres, added up as add_up() does, bit for bit.
    std::uint64_t digest = 0;  ///< Of the rides whose records name them: see digest_of().

    void add(const contrail::Record& record);
};

/// The rides at a past record, and each consumer whose checkpoint is not beyond it beside the rides at its checkpoint.
struct PastRides {
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< Its checkpoint.
        double total_distance = 0;   ///< Metres, as found.
        double expected = 0;         ///< Metres, at its checkpoint.

        [[nodiscard]] bool agrees() const;
    };

    contrail::RecordId last_id;  ///< 0-0 if nothing was sealed before.
    RidesTotal total;
    std::vector<Consumer> consumers;
};

/// True unless a consumer disagrees.
bool agree(const PastRides& past);

/// Adds up the records of `log` from the first one on. `consumers` have `expected` unset; those beyond are left out of
/// the result. Throws contrail::Error if a record is missing, or if the log ends before the moment.
PastRides past_rides(contrail::LogReader& log, const Moment& moment,
                     std::vector<PastRides::Consumer> consumers);

/// The same of the log and the consumers that the settings name, and of the archive in the folder `archive`, unless it
/// is empty.
PastRides past_rides(const contrail::Settings& settings, const Moment& moment, const std::string& archive);

/// A table and a verdict, for people; and a line of JSON: `last_id`, `rides`, `consumers`, `agree`.
std::string to_text(const PastRides& past);
std::string to_json(const PastRides& past);

}  // namespace rocket_rides
