#pragma once

#include <random>
#include <string>
#include <vector>

#include "contrail/record.hpp"
#include "support/admin_postgres.hpp"

namespace contrail::test {

/// A service whose every change of a row raises the row's version, and stages the version that it has then.
/// So the rows tell what the log has to hold: of each row the versions 1, 2, 3 … to the last, in that order.
class VersionedRows {
public:
    static constexpr int rows = 4;  ///< Those that transact() changes: 0, 1, 2, 3. One more is for the test.

    static void make(AdminPostgres& admin);

    /// Several services at once, each with many transactions. Returns when all are through.
    static void transact_at_once(const std::string& url);

    /// What is streamed must tell of every committed change once, and in the order of its row.
    static void expect_all(const std::vector<Record>& streamed, AdminPostgres& admin);

    explicit VersionedRows(const std::string& url);

    void change(int row);
    AdminPostgres& connection() { return connection_; }

private:
    void transact(std::mt19937& random);
    void transact_many(unsigned seed);

    AdminPostgres connection_;
};

}  // namespace contrail::test
