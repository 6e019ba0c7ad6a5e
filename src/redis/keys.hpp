#pragma once

#include <string>

#include "contrail/names.hpp"

namespace contrail::redis {

/// The keys of a log in Redis: its stream, and what is kept beside it.
///
/// A script may only use keys of one slot of a Redis Cluster. What stands between braces decides a key's slot: `rides`
/// and `{rides}:positions` share one. So there, and only there, the keys beside the stream begin in braces.
struct Keys {
    /// Throws Error (Retry::never) at a name whose braces put those keys into another slot.
    explicit Keys(const StreamName& name, bool in_cluster = false);

    std::string
        stream;  ///< One entry per record: its id is the record's; fields action, object, data, perhaps key, headers.
    std::string beside;     ///< What the other keys begin with, before a colon.
    std::string positions;  ///< A hash from consumer names to record ids.
    std::string owners;     ///< A hash from consumer names to `<id> <id before a move, or -> <name>`.
    std::string cut_offs;   ///< A hash from consumer names to `<first missed>-<last missed>-<milliseconds>`.
    std::string identity;   ///< A hash that says which outbox feeds the log: fields id, name, sealed, run.
    std::string status;     ///< A hash of what programs say about themselves (RedisStatusBoard).
    std::string rebuilt;    ///< The stream that takes the log's place when it is rebuilt.
};

}  // namespace contrail::redis
