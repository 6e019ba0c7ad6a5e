#pragma once

#include <span>
#include <string>

#include "contrail/record.hpp"
#include "redis/keys.hpp"
#include "redis/lua.hpp"

namespace contrail::redis {

/// Adds to `commands` one EVAL that appends `records` for an outbox, if the log's head is `expected` and the log
/// names the outbox. Redis replies with the head after it: the id of the last record, or the head that it found
/// if it appended nothing.
///
/// Requires that the records' ids rise from `expected`. Redis would find out in the middle of the chunk, and
/// what a script has written stays.
void add_append(std::string& commands, const Keys& keys, const OutboxIdentity& outbox, RecordId expected,
                std::span<const Record> records);

}  // namespace contrail::redis
