#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "contrail/outbox_identity.hpp"
#include "redis/keys.hpp"

// The beginnings of Lua scripts.
//
// Scripts are sent whole, by EVAL: they are small beside what they do, and Redis compiles each one once.
// EVALSHA would need a second way for a server that does not have them (yet, or after a restart).

namespace contrail::redis {

/// Functions on record ids, which scripts compare as strings of digits, filled up with zeros: Lua's numbers are
/// doubles, which do not hold 64 bits. filled(digits); parts(id), which are two such strings, or nil if it is no id;
/// place(id), which is both in one, or nil. (Not with spaces: Lua compares as the server's locale does, and some of
/// those skip spaces.)
extern const std::string_view lua_id_functions;

/// server_run(): which life of the server this is. A server that was started again, or has taken over, may hold an
/// older copy of the data.
extern const std::string_view lua_server_run;

/// Where a stream ends and begins, without its records: XINFO STREAM copies the whole first and last one, which may
/// have a mebibyte each. Scripts that write to a stream note both ids in it, as the last-delivered-id of two consumer
/// groups from which no program reads.
///
/// head_of(key): the id of the record appended last, or 0-0 if there is no stream; and a table of the notes.
/// first_after(key, id): the id of the first entry after `id`, which copies that entry; nil if there is none.
/// note(key, name, id): writes a note, `head_note` or `first_note`. A note that is missing makes the next poll dearer,
/// and no more. So it has no error.
extern const std::string_view lua_stream_ends;

/// A script that begins with the above, `call`, `stream` (the first key) and `head` (that of `stream`), and continues
/// with `body`.
std::string lua_with_head(std::string_view body);

/// A script that changes a log for an outbox. `body` runs only if that outbox feeds the log, or if the log names no
/// outbox and its head is 0-0. It then has the above and `identity`, `own_id`, `own_name` and `feeding_id`. Else Redis
/// replies `OTHEROUTBOX …`. Begin its command with begin_for_outbox().
std::string lua_for_outbox(std::string_view body);

/// Adds the beginning of an EVAL of such a script. Its keys are the stream, the identity, and `more_keys`.
/// Its arguments are the outbox's id and its name, and then as many as `arguments` says, which the caller
/// adds.
void begin_for_outbox(std::string& commands, const std::string& script, const Keys& keys,
                      const OutboxIdentity& outbox, std::initializer_list<std::string_view> more_keys,
                      std::size_t arguments);

}  // namespace contrail::redis
