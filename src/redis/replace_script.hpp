#pragma once

#include <string>

namespace contrail::redis {

/// Puts a fresh stream in place of the log's, if both have the same last-generated-id then. Keys: the log,
/// the fresh stream. Argument: how many entries may be copied before, from the log to the end of the fresh
/// stream, as long as they are records without a hole between them. Answers 1 if it was done.
const std::string& replace_script();

}  // namespace contrail::redis
