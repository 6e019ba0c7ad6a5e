#pragma once

#include <cstdint>
#include <string>

namespace contrail::bench {

/// Transactions per second of PostgreSQL's own pgbench: `clients` connections run `statement`, prepared,
/// again and again, `transactions` times in all. Throws Error.
double pgbench(const std::string& database_url, const std::string& statement, int clients,
               std::uint64_t transactions);

}  // namespace contrail::bench
