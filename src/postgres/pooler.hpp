#pragma once

#include <string>

#include "contrail/error.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// What stands between a program and its PostgreSQL session.
enum class Pooler {
    none,
    keeps_sessions,   ///< A session serves one program for as long as that is connected.
    shares_sessions,  ///< It may serve another program after every transaction.
};

/// Finds out without changing anything in the session. Behind a pooler it opens a second connection to `url`,
/// the URL of `connection`.
Pooler pooler_before(Connection& connection, const std::string& url);

/// Why a program that needs a session of its own cannot work through such a pooler.
Error shared_session_error(const PGconn* connection);

}  // namespace contrail::postgres
