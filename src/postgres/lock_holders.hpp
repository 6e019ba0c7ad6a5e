#pragma once

#include <string>
#include <string_view>

#include "postgres/checkpoint_key.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Who holds up a session that waited for a lock in vain: `process 4711 (psql, user ann, idle in transaction,
/// in a transaction since 2026-01-02T03:04:05Z)`. Several are separated by semicolons. Another user's state is
/// visible to members of pg_read_all_stats only.

/// The session that has locked a consumer's checkpoint.
std::string checkpoint_holder(Connection& connection, const CheckpointKey& key);

/// The sessions that hold a lock on a table of the schema.
std::string table_holders(Connection& connection, std::string_view quoted_schema);

}  // namespace contrail::postgres
