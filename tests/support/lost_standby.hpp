#pragma once

#include <map>
#include <string>

#include "support/admin_postgres.hpp"

namespace contrail::test {

/// Of a server that can have a synchronous standby.
inline const std::map<std::string, std::string> settings_for_a_standby{
    {"synchronous_commit", "on"}, {"wal_level", "replica"}, {"max_wal_senders", "2"}};

/// From now on, or soon after, each commit waits for a standby that does not exist, except those of `admin`.
inline void lose_standby(AdminPostgres& admin) {
    admin.run("ALTER SYSTEM SET synchronous_standby_names = 'nosuch'");
    admin.run("SELECT pg_reload_conf()");
    admin.run("SET synchronous_commit = local");
}

/// Commits that wait end at once.
inline void find_standby(AdminPostgres& admin) {
    admin.run("ALTER SYSTEM RESET synchronous_standby_names");
    admin.run("SELECT pg_reload_conf()");
}

}  // namespace contrail::test
