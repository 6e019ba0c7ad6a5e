#pragma once

#include <map>
#include <string>

namespace contrail::postgres {

/// What a connection string sets, by libpq's keywords; values that it lets libpq choose are missing.
using ConnectionOptions = std::map<std::string, std::string>;

/// Reads a libpq connection string or URI. Throws Error (Retry::never), which does not show it, if libpq
/// could not read it, or would take a part of its password for something else.
ConnectionOptions read_database_url(const std::string& url);

}  // namespace contrail::postgres
