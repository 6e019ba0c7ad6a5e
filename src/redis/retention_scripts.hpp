#pragma once

#include <cstdint>
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

/// Drops whole nodes of the stream (about a hundred entries each) before an id. Keys: the stream, the hash of
/// positions, the hash of cut-offs. Arguments: the id; how many entries to drop at most. Answers with how
/// many were dropped.
///
/// Nothing at or after the lowest position is dropped, unless its consumer is marked as cut off; a mark
/// counts until the consumer is past what it missed. All in one script: no report can come in between.
/// Fields that are no reports keep nothing, and if too many names report, no field does: what a consumer needs
/// is then what the registry in PostgreSQL says.
const std::string& trim_script();

/// Empties the stream and sets its last-generated-id, if that is the expected one. Key: the stream.
/// Arguments: the expected id, the new one, which is not lower. Answers with the last-generated-id.
const std::string& restart_script();

}  // namespace contrail::redis
