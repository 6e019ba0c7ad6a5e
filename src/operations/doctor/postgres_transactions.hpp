#pragma once

#include <chrono>
#include <optional>

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// Transactions that are open, and what they hold up.
struct PostgresTransactions {
    struct Open {
        int pid = 0;
        std::string user{};
        std::string program{};  ///< The name that its session goes by.
        std::string state{};    ///< `active`, `idle in transaction`
        std::chrono::seconds age{0};
        bool has_staged = false;
    };
    struct Prepared {
        std::string name{};
        std::string owner{};
        std::chrono::seconds age{0};
        bool has_staged = false;
    };
    std::string user;                      ///< The doctor's own.
    std::optional<Open> oldest{};          ///< In this database, of those that can be seen.
    std::optional<Open> oldest_staging{};  ///< Of those that have staged records.
    std::optional<Prepared> oldest_prepared{};
    std::int64_t hidden = 0;  ///< Sessions of other users that this user may not see.
};

PostgresTransactions gather_postgres_transactions(Database& database);
Findings judge(const PostgresTransactions& transactions);

}  // namespace contrail::doctor
