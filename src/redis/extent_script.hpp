#pragma once

#include <string>

namespace contrail::redis {

/// Where a stream begins and ends. No keys. Arguments: the stream, the identity. Replies with the id of the
/// stream's last record, even if it was deleted since, the id of its first entry, its length, and what its outbox
/// had sealed when a streamer last found its place; `0-0`, `0-0`, 0 if there is no stream. The first two are equal
/// if it is empty. The last is empty if it names no outbox, or if that was in another life of the server, which may
/// hold an older copy of the log since.
///
/// The keys are arguments: Redis takes every key of EVAL for one that is written, and a consumer's user may
/// only read these.
const std::string& extent_script();

/// The id of the first entry after an id; nil if there is none. Arguments: the stream, the id. Retention asks for it
/// every second, so the entry itself, which may have a mebibyte, stays in the server.
const std::string& first_after_script();

}  // namespace contrail::redis
