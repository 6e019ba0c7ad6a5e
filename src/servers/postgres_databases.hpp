#pragma once

#include <string>
#include <string_view>

namespace contrail::servers {

// The databases of a PostgreSQL server. `url` is that of any of them, as a superuser. All throw Error
// (Retry::never).

bool has_database(const std::string& url, std::string_view name);

/// As a copy of `source`, to which nobody may be connected.
void create_database(const std::string& url, std::string_view name, std::string_view source);

/// If there is one; cuts off who is connected to it.
void drop_database(const std::string& url, std::string_view name);

}  // namespace contrail::servers
