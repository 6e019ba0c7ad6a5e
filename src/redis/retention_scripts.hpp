#pragma once

#include <string>

namespace contrail::redis {

/// Sets fields of a hash. Key: the hash. Arguments: field, value, field, value …
///
/// Unlike HSET it works while Redis is out of memory, which is when it matters: what consumers report is what
/// lets the log be trimmed. (Redis refuses what may need memory only as a script's first write.)
const std::string& set_fields_script();

/// Notes where a consumer begins, unless it has an earlier position. Key: the hash of positions. Arguments: the
/// consumer, the id. Works while Redis is out of memory, as set_fields_script() does. Refuses a new name with
/// `TOOMANYNAMES …` if the hash is full.
const std::string& register_script();

/// The reports in the hash of positions, without stray ones. Argument: the hash (as a key it would have to be one
/// that the user may write). Refuses with `TOOMANYNAMES …`.
const std::string& positions_script();

/// What positions_script() leaves out. Argument: the hash. Answers with the number of all names, and the first few
/// stray reports as `name: value`, cut to a bounded length.
const std::string& stray_reports_script();

// Each of the following changes the log for an outbox (lua_for_outbox()): what is listed comes after the keys
// and arguments that begin_for_outbox() adds.

/// Writes a cut-off notice, or removes it, also while Redis is out of memory. Key: the hash of cut-offs.
/// Arguments: the consumer; the notice, or nothing.
const std::string& mark_cut_off_script();

/// Removes what is noted of a consumer. Keys: the hashes of positions, of cut-offs and of statuses.
/// Arguments: the consumer; its field in the hash of statuses.
const std::string& forget_script();

/// Drops whole nodes of the stream (about a hundred entries each) before an id. Keys: the hash of positions,
/// the hash of cut-offs. Arguments: the id; how many entries to drop at most. Replies with how many it
/// dropped.
///
/// It drops nothing at or after the lowest position, unless a notice says that its consumer was cut off. A
/// notice counts until the consumer is past what it missed. All of it is one script: no report can come in
/// between. Fields that are no reports keep nothing, and if too many names report, no field does: what a consumer
/// needs is then what the registry in PostgreSQL says.
const std::string& trim_script();

/// Empties the stream and sets its last-generated-id, if that is the expected one and the log names the
/// outbox. Arguments: the expected id; the new one, which is not lower. Replies with the last-generated-id.
const std::string& restart_script();

}  // namespace contrail::redis
