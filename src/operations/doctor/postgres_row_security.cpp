#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

PostgresRowSecurity gather_postgres_row_security(Database& database) {
    const auto result =
        read(database.connection, "check for row level security",
             database.filled(
                 "SELECT relname FROM pg_class WHERE relnamespace = $name$@schema@$name$::regnamespace "
                 "AND relrowsecurity ORDER BY relname"));
    PostgresRowSecurity security{.quoted_schema = database.quoted_schema};
    for (int row = 0; row < result.rows(); ++row) security.tables.emplace_back(result.text(row, 0));
    return security;
}

Findings judge(const PostgresRowSecurity& security) {
    const std::string check = "postgres.row_security";
    if (security.tables.empty()) return {ok(check, "off")};
    std::vector<std::string> fix;
    for (const auto& table : security.tables)
        fix.push_back(fmt::format("ALTER TABLE {}.{} DISABLE ROW LEVEL SECURITY;", security.quoted_schema,
                                  quoted_name(table)));
    return {
        error(check, fmt::format("on for {}", fmt::join(security.tables, ", ")),
              "Row level security hides rows from users that neither own the table nor have the attribute "
              "BYPASSRLS. Contrail must see every row of its tables: statements of such users fail.",
              fix)};
}

}  // namespace contrail::operations::doctor
