#pragma once

#include <optional>
#include <string>

#include "servers/server_folder.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

/// A PgBouncer of the test's own, on a unix socket, before the shared PostgreSQL.
class Pgbouncer {
public:
    /// `pool_mode`: session, transaction.
    explicit Pgbouncer(const std::string& pool_mode);

    /// The URL of a database of the shared server, through this.
    [[nodiscard]] std::string url(const std::string& direct_url) const;

private:
    servers::TemporaryDirectory directory_;
    servers::ServerFolder folder_;
    std::optional<servers::ChildProcess> process_;
};

}  // namespace contrail::test
