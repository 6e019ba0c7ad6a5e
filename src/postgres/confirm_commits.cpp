#include "postgres/confirm_commits.hpp"

namespace contrail::postgres {

void confirm_commits(Connection& connection) {
    // Standbys confirm commits in their order. The message is the least that makes a commit wait: it has no content,
    // and its only reader would be logical decoding, which ignores a prefix that it does not know. On a standby
    // nothing commits, and the next write fails there with a message that says so.
    connection.run({"wait until earlier commits are confirmed"},
                   "SELECT pg_catalog.pg_logical_emit_message(true, 'contrail', '') "
                   "WHERE NOT pg_catalog.pg_is_in_recovery() "
                   "AND pg_catalog.current_setting('synchronous_standby_names') OPERATOR(pg_catalog.<>) ''");
}

}  // namespace contrail::postgres
