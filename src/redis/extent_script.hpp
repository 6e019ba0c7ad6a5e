#pragma once

#include <string>

namespace contrail::redis {

/// Where a stream begins and ends. No keys. Argument: the stream. Replies with its last-generated-id, the id
/// of its first entry, and its length; `0-0`, `0-0`, 0 if there is no stream. The first two are equal if it
/// is empty.
///
/// XINFO STREAM alone would reply with the whole first and last entry. With records of 1 MiB, a streamer and
/// a consumer that only poll an idle log would pull megabytes a second.
///
/// The stream is an argument and not a key: Redis takes every key of EVAL for one that is written, and a
/// consumer's user may only read the stream.
const std::string& extent_script();

/// The id of the first entry after an id; nil if there is none. Arguments: the stream, the id. Retention asks for it
/// every second, so the entry itself, which may have a mebibyte, stays in the server.
const std::string& first_after_script();

}  // namespace contrail::redis
