#pragma once

#include <string_view>

#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Notes that the consumers' checkpoints were made in this database, if the schema notes nothing.
void insert_checkpoint_owner(Connection& connection, std::string_view quoted_schema);

/// Notes which owner this database is, if the note came from another database or was restored. The owner stays the
/// same, and from then on outlives pg_upgrade, too. An operator has decided that these checkpoints count. Where nothing
/// is noted, it does nothing.
void settle_checkpoint_owner(Connection& connection, std::string_view quoted_schema);
void settle_checkpoint_owner(const Settings& settings);

}  // namespace contrail::postgres
