#pragma once

#include <string>

namespace contrail::redis {

/// Puts a fresh stream in place of the log's, if both have the same last-generated-id. First it copies
/// entries that the fresh stream lacks at its end, as long as they are records without a hole between them.
/// It changes the log for an outbox (lua_for_outbox()); after that: Key: the fresh stream. Argument: how many
/// entries it may copy. Replies 1 if it was done.
const std::string& replace_script();

}  // namespace contrail::redis
