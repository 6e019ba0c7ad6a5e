#pragma once

#include "redis/stream_client.hpp"

namespace contrail::redis {

/// What rebuilding does to a stream, and a log does not.
///
/// Errors   Every call throws Error; the next call starts on a fresh connection.
/// Threads  Not thread-safe.
class StreamEditor {
public:
    StreamEditor(Endpoint endpoint, const StreamName& stream);

    /// Says for which outbox this object replaces the stream.
    void act_for(const OutboxIdentity& outbox) { client_.pipeline().act_for(outbox); }

    /// Removes the stream and all that it holds. Nothing happens if there is none.
    void remove();

    /// Puts the stream of `fresh` in place of this one, in one step, if the two have the same head. A few
    /// records that are missing at its end are copied first. Returns true if it was done: then `fresh` has no
    /// stream any more. If false, append what follows its head, and call this again. Throws Error (Retry::never) if
    /// another outbox feeds the log.
    bool replace_by(const StreamEditor& fresh);

private:
    StreamClient client_;
};

}  // namespace contrail::redis
