#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail {

/// Which thing a record is about, as far as order is concerned: records of one key keep their order among parallel
/// workers. It is the record's key if it has one, even an empty one; else `<object>/<data.id>`; else `<object>`. So
/// records that say nothing of a thing keep the order of all records of their object.
///
/// `data.id` counts if it is a string, a number, true or false, at the top of a JSON object. A number is taken as it is
/// written.
[[nodiscard]] std::string record_key(const Record& record);

/// FNV-1a over the key's bytes, in 64 bits, and its upper half folded into the lower. Part of the protocol: programs in
/// every language compute the same (docs/protocol.md), and it never changes.
[[nodiscard]] std::uint64_t key_hash(std::string_view key);

}  // namespace contrail
