#pragma once

#include <string>
#include <string_view>

#include "postgres/connection.hpp"

namespace contrail::postgres {

/// The schema's name as SQL writes it, in double quotes. Throws Error (Retry::never) unless it has 1 to 63
/// bytes, and neither control characters nor a `$`, which quotes function bodies.
std::string quoted_schema(std::string_view schema);

/// `text` with every `what` replaced by `by`.
std::string replaced(std::string text, std::string_view what, std::string_view by);

/// `text` with every `@schema@` replaced by the quoted name.
std::string in_schema(std::string_view text, std::string_view quoted_schema);

bool has_table(Connection& connection, std::string_view quoted_schema, std::string_view table);

/// The highest migration that the schema has had; 0 if there is no such schema.
int schema_version(Connection& connection, std::string_view quoted_schema);

/// The lowest version of the schema that this program works with. A newer one is fine: migrations only add.
constexpr int schema_version_needed = 8;

/// Throws Error (Retry::never) unless the schema has the version that this program needs, under its own name.
void require_schema(Connection& connection, std::string_view quoted_schema);

/// Throws Error (Retry::never) if the schema was renamed: its functions still name the schema that it was.
void require_not_renamed(Connection& connection, std::string_view quoted_schema);

/// Throws Error (Retry::never) if another schema had this name when it was made: its functions would stage records
/// in a new schema of the name.
void require_free_name(Connection& connection, std::string_view quoted_schema);

}  // namespace contrail::postgres
