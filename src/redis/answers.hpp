#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "redis/reply.hpp"

// What Redis's answers mean. Each function throws Error at an error reply (see errors.hpp), and with
// Retry::never at an answer in a form that it does not know.

namespace contrail::redis {

const Reply& require_no_error(const Reply& reply);

/// True if the server itself is well but cannot write for now: out of memory, a full disk, too few replicas.
/// (Not a replica's answer: there, another server is to be written to.)
bool writes_later(const Reply& answer);

/// The answer to XLEN.
std::uint64_t length_in(const Reply& answer);

/// The answer to the append script: the log's head.
RecordId head_after_append(const Reply& answer);

/// The answer to XINFO STREAM: the log's head, which is 0-0 where there is no such stream.
RecordId head_in_info(const Reply& answer);

/// The answer to HGETALL of the hash of positions. Throws at an entry that is not a position.
std::map<ConsumerName, RecordId> positions_in(const Reply& answer);

/// The answer to XREAD of one stream: replaces the content of `records` with the entries in it, with
/// nothing if it is nil. Keeps the capacity of strings that are there.
///
/// An entry's fields must begin with action, object, data, in that order. Further fields after them are
/// passed over, so that a later version can add some. Throws at any other entry.
void assign_entries(const Reply& answer, std::vector<Record>& records);

}  // namespace contrail::redis
