#pragma once

#include <string>
#include <string_view>

namespace contrail::servers {

// The databases of a PostgreSQL server. `url` leads to any of them as a superuser. All calls throw Error
// (Retry::never).

bool has_database(const std::string& url, std::string_view name);

/// Creates a copy of `source`, which must have no session.
void create_database(const std::string& url, std::string_view name, std::string_view source);

/// Removes the database if it exists, and ends its sessions.
void drop_database(const std::string& url, std::string_view name);

/// Sets the password of superuser `postgres`: letters and digits.
void set_password(const std::string& url, const std::string& password);

}  // namespace contrail::servers
