#pragma once

#include <string>
#include <string_view>

#include "contrail/settings.hpp"

namespace contrail::postgres {

/// The type of the column `payload`. As text it must hold JSON all the same.
enum class DebeziumPayload { jsonb, text };

/// SQL that makes the view `name` (`view` in the schema public, or `schema.view`) with the columns of Debezium's outbox
/// table. An INSERT into it stages a record; docs/debezium.md has the mapping. Safe to run again. It refuses to
/// replace a table, or a view of another program. With `role_prefix`, the role of producers gets the rights on it.
///
/// Throws Error (Retry::never) if a name is impossible, or is in Contrail's own schema.
std::string debezium_outbox_text(std::string_view name, std::string_view schema, std::string_view role_prefix,
                                 DebeziumPayload payload = DebeziumPayload::jsonb);

/// Runs debezium_outbox_text(). Throws Error; Retry::never if a table of that name exists.
void make_debezium_outbox(const Settings& settings, std::string_view name, std::string_view role_prefix,
                          DebeziumPayload payload = DebeziumPayload::jsonb);

}  // namespace contrail::postgres
