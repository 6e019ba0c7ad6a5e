#pragma once

#include <map>
#include <string>

namespace contrail::postgres {

/// The settings in a connection string, by libpq's keywords. Settings that it leaves to libpq are missing.
using ConnectionOptions = std::map<std::string, std::string>;

/// Reads a libpq connection string or URI. Throws Error (Retry::never) if libpq cannot read it, or would take
/// a part of the password for another setting. The message does not show the string.
ConnectionOptions read_database_url(const std::string& url);

}  // namespace contrail::postgres
