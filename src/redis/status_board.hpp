#pragma once

#include <map>
#include <string>
#include <string_view>

#include "contrail/names.hpp"
#include "redis/stream_client.hpp"
#include "status/program_status.hpp"

namespace contrail::redis {

/// The statuses that programs publish beside a log: the hash `<stream>:reports`. Its fields are `streamer`
/// and `consumer:<name>`, its values JSON (see status/program_status.hpp).
///
/// Errors   Every call throws Error, in a whole sentence. After one, the next starts on a fresh connection.
/// Threads  Not thread-safe.
class StatusBoard {
public:
    StatusBoard(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    /// Puts the status under `field`. The status of an instance that stands by does not replace that of an
    /// instance that works.
    void post(const std::string& field, const status::ProgramStatus& status);

    /// All statuses, and the server's time, by which a status has its age.
    struct Posted {
        std::map<std::string, status::ProgramStatus, std::less<>> statuses;
        std::uint64_t now_ms = 0;  ///< Unix time in milliseconds.
    };
    Posted read();

private:
    StreamClient client_;
};

/// The fields' names.
inline constexpr std::string_view streamer_field = "streamer";
std::string consumer_field(std::string_view consumer);

}  // namespace contrail::redis
