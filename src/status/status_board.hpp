#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

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

    /// All statuses, and the time by which a status has its age.
    struct Posted {
        std::map<std::string, ProgramStatus, std::less<>> statuses;
        std::uint64_t now_ms = 0;  ///< Unix time in milliseconds.
    };
    virtual Posted read() = 0;
};

/// The fields' names.
inline constexpr std::string_view streamer_field = "streamer";
inline std::string consumer_field(std::string_view consumer) {
    return "consumer:" + std::string(consumer);
}

}  // namespace contrail::status
