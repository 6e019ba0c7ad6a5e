#pragma once

#include <span>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail::redis {

/// Adds to `commands` one EVAL that appends `records` to `stream` if its head is `expected`. Redis replies
/// with the head after it: the id of the last record, or the head that it found instead of `expected`.
///
/// Requires that the records' ids rise from `expected`. Redis would find out in the middle of the chunk, and
/// what a script has written stays.
void add_append(std::string& commands, std::string_view stream, RecordId expected,
                std::span<const Record> records);

}  // namespace contrail::redis
