#pragma once

#include "contrail/settings.hpp"
#include "servers/private_postgres.hpp"
#include "servers/private_redis.hpp"

namespace contrail::test {

/// The PostgreSQL and the Redis that all tests of a program share: started at first use, ended with the
/// program. Tests that stop or kill a server start one of their own. Call from the main thread only.
servers::PrivatePostgres& shared_postgres();
servers::PrivateRedis& shared_redis();

/// Settings that no other test uses: an empty database with Contrail's schema, and a log's name.
Settings fresh_settings();

/// A new database on the shared server, without any schema. Returns its URL.
std::string fresh_database();

}  // namespace contrail::test
