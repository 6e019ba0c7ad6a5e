#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "contrail/segment.hpp"
#include "status/program_status.hpp"

namespace contrail::status {

/// The statuses that programs publish beside a log. Port: a hash in Redis, notes in Kafka.
///
/// Errors   Every call throws Error, in a whole sentence. After one, the next starts on a fresh connection.
/// Threads  Not thread-safe.
class StatusBoard {
public:
    virtual ~StatusBoard() = default;

    /// Puts the status under `field`. The status of an instance that stands by does not replace that of an
    /// instance that works.
    virtual void post(const std::string& field, const ProgramStatus& status) = 0;

    /// Puts the status of one of several instances that work at once under a field of its own: `<field>:<slot>`, with
    /// the first free of instances_max slots, beginning with 0. When it takes one, it removes the statuses of instances
    /// that have ended or are silent, and of `field` itself. Where no slot is free, nothing is shown of this instance.
    virtual void post_instance(const std::string& field, const ProgramStatus& status) = 0;

    /// All statuses, and the time by which a status has its age.
    struct Posted {
        std::map<std::string, ProgramStatus, std::less<>> statuses;
        std::uint64_t now_ms = 0;  ///< Unix time in milliseconds.
    };
    virtual Posted read() = 0;
};

/// The fields' names.
inline constexpr std::string_view streamer_field = "streamer";
inline constexpr std::string_view consumer_field_prefix = "consumer:";
inline std::string consumer_field(std::string_view consumer) {
    return std::string(consumer_field_prefix).append(consumer);
}
inline std::string instance_field(std::string_view field, std::uint32_t slot) {
    return std::string(field) + ':' + std::to_string(slot);
}

/// An instance that has no segment only stands by: there need be no more than segments.
inline constexpr std::uint32_t instances_max = segments_max;
/// A status is published once a second, and every two while the program is idle. One that is older is no sign of a
/// program that works.
inline constexpr std::uint64_t fresh_ms_max = 5'000;
/// An instance that is silent for longer may lose its slot.
inline constexpr std::uint64_t instance_silent_ms_max = 10'000;

}  // namespace contrail::status
