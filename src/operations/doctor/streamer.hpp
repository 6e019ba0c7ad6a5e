#pragma once

#include "operations/doctor/log_place.hpp"

namespace contrail::doctor {

/// Whether records move from the outbox to the log.
struct StreamerProgress {
    /// The session that holds the streamers' lock.
    struct Lead {
        int pid = 0;
        std::string user{};
        std::string program{};
        std::string client{};  ///< Where it connects from; empty: a unix socket.
    };
    std::optional<Lead> lead{};
    LogPlace first;                           ///< The place when the check began,
    LogPlace last;                            ///< and when it ended.
    std::chrono::milliseconds looked_for{0};  ///< Between the two.
};

/// Polls the place until the log or the outbox moves, or nothing waits, or `watch_max` has
/// passed.
StreamerProgress gather_streamer_progress(Database& database, Log& log, const LogPlace& first,
                                          std::chrono::milliseconds watch_max);
Findings judge(const StreamerProgress& progress);

}  // namespace contrail::doctor
