#pragma once

#include <functional>
#include <string_view>

namespace contrail {

/// Takes a notice, in one line: the database, a colon, and what the server says. It must not throw.
using PostgresNoticeSink = std::function<void(std::string_view)>;

/// Has `sink` called for what a server says while a session begins, such as that the operating system's collation has
/// changed. Each notice is given once in the life of the process. Without a sink, notices are dropped.
///
/// Threads  Call it before the first connection. `sink` is called on any thread, by one at a time.
void on_postgres_notice(PostgresNoticeSink sink);

}  // namespace contrail
