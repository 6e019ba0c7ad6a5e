#pragma once

#include <string>

namespace contrail::redis {

// The first two begin with the keys of the hashes of positions and of owners, and with the owner's id and name as
// arguments. They refuse a consumer that belongs to another owner with `OTHEROWNER …`, and note the owner of a consumer
// that has none. An empty id notes none.

/// Sets positions, all or none. More arguments: consumer, id, consumer, id …
///
/// Unlike HSET it works while Redis is out of memory, which is when it matters: what consumers report is what
/// lets the log be trimmed. (Redis refuses what may need memory only as a script's first write.)
const std::string& report_script();

/// Notes where a consumer begins, unless it has an earlier position. More arguments: the consumer, the id. Works
/// while Redis is out of memory, as report_script() does. Refuses a new name with `TOOMANYNAMES …` if the hash is full.
const std::string& register_script();

/// The reports in the hash of positions, without stray ones, and the hash of owners: without values that are too long
/// for one, and empty if it holds more names than a log can have consumers. Arguments: the hashes of positions and of
/// owners (as keys they would have to be ones that the user may write). Refuses with `TOOMANYNAMES …`.
const std::string& reports_script();

/// Removes a position. Key: the hash of positions. Argument: the consumer.
const std::string& withdraw_position_script();

/// What reports_script() leaves out of the positions. Argument: the hash. Answers with the number of all names, and the
/// first few stray reports as `name: value`, cut to a bounded length.
const std::string& stray_reports_script();

// Each of the following changes the log for an outbox (lua_for_outbox()): what is listed comes after the keys
// and arguments that begin_for_outbox() adds.

/// Writes a cut-off notice, or removes it, also while Redis is out of memory. Key: the hash of cut-offs.
/// Arguments: the consumer; the notice, or nothing.
const std::string& mark_cut_off_script();

/// Notes a consumer's owner, if the id of the noted one is the expected one. Keys: the hashes of owners and of
/// positions. Arguments: the consumer; the owner as it is noted; the expected id, empty if none is noted; the position
/// to set, or nothing. Replies with 1, or 0 if it is not.
const std::string& assign_owner_script();

/// Removes what is noted of a consumer. Keys: the hashes of positions, of cut-offs, of statuses and of owners.
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
