#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "contrail/consumer_owner.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/log.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "redis/reply.hpp"

// What Redis's replies mean. Each function throws Error at an error reply (errors.hpp), and with Retry::never
// at a reply in a form that it does not know.

namespace contrail::redis {

const Reply& require_no_error(const Reply& reply);

[[noreturn]] void throw_unknown_form(const std::string& command);

/// True if the server is well but cannot write for now: out of memory, a full disk, too few replicas. A
/// replica's reply is none of these: its client must write to another server.
bool writes_later(const Reply& reply);

/// The reply to the script `what` (append, restart): the log's head.
RecordId head_after(std::string_view what, const Reply& reply);

/// The reply to the extent script: head, first, records and sealed of `usage`.
void assign_extent(const Reply& reply, LogUsage& usage);

/// The reply to HGETALL of the identity, which is empty if the log names no outbox.
std::optional<OutboxIdentity> identity_in(const Reply& reply);

/// The reply to MEMORY USAGE, which is nil if there is no such key.
std::uint64_t bytes_in(const Reply& reply);

/// The reply to INFO memory: memory_bytes and memory_bytes_max of `usage`. What a server does not tell is 0.
void assign_memory(const Reply& reply, LogUsage& usage);

/// The reply to the script that asks for the first entry after an id.
std::optional<RecordId> id_in(const Reply& reply);

/// The reply to the trim script: how many entries it dropped.
std::uint64_t dropped_by_trim(const Reply& reply);

/// The reply to the script that asks for positions and owners, without entries that are neither.
LogReports reports_in(const Reply& reply);

/// The reply to a script that notes something, or finds that it must not: whether it did.
bool noted_by(std::string_view what, const Reply& reply);

/// The reply to the script that looks for stray reports.
StrayReports stray_reports_in(const Reply& reply);

/// A field of the hash of cut-offs: `<first missed>-<last missed>-<milliseconds>`.
std::string cut_off_text(const CutOff& cut_off);

/// The reply to HGET of one such field, which is nil if there is no notice.
std::optional<CutOff> cut_off_in(const Reply& reply);

/// The reply to HGETALL of the hash of cut-offs, without entries that are no cut-offs.
std::map<ConsumerName, CutOff> cut_offs_in(const Reply& reply);

/// An entry of a stream: its id, and its fields, which must begin with action, object, data, in that order.
/// Ignores further fields, because a later version may add some. False: it is not a record; its id is
/// assigned all the same. Keeps the capacity of the record's strings, unless a large record left more than is
/// worth keeping. Throws if the reply is not even an entry.
bool assign_entry(const Reply& entry, Record& record);

/// Throws: the log holds an entry of this id that is not a record.
[[noreturn]] void throw_not_a_record(RecordId id);

/// The reply to the script that replaces one stream by another: whether it did.
bool replaced(const Reply& reply);

}  // namespace contrail::redis
