#pragma once

#include <cstdint>
#include <optional>

#include "contrail/record.hpp"

namespace contrail {

/// What a log holds and takes.
struct LogUsage {
    RecordId head;                       ///< The id of the record appended last; 0-0 if there never was one.
    RecordId first;                      ///< The oldest record held; `head` if none is.
    std::uint64_t records = 0;           ///< Held now.
    std::uint64_t bytes = 0;             ///< Memory that they take, as the server estimates it.
    std::uint64_t memory_bytes = 0;      ///< Memory that all of the server's data takes.
    std::uint64_t memory_bytes_max = 0;  ///< The server's limit for that; 0: it has none.

    /// The newest record that the outbox had sealed when a streamer last found its place in this log. While `head` is
    /// before it, the streamer is filling the log again after a loss. Nothing: no streamer has found its place since
    /// the log's server started, or since it lost everything; it may hold an older copy.
    std::optional<RecordId> sealed = {};
};

}  // namespace contrail
