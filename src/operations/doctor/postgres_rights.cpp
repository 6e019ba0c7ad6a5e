#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

PostgresRights gather_postgres_rights(Database& database, Part part) {
    constexpr std::string_view what = "read the user's rights";
    const auto user = read(database.connection, what,
                           "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user");
    PostgresRights rights{
        .part = part, .user = std::string(user.text(0, 0)), .superuser = user.boolean(0, 1)};
    const auto missing =
        read(database.connection, what, postgres::missing_rights_text(part, database.quoted_schema));
    for (int row = 0; row < missing.rows(); ++row) rights.missing.emplace_back(missing.text(row, 0));
    return rights;
}

Findings judge(const PostgresRights& rights) {
    const std::string check = "postgres.rights";
    const auto part = postgres::name(rights.part);
    if (rights.missing.empty())
        return {ok(check, fmt::format("user {} has all that a {} needs{}", rights.user, part,
                                      rights.superuser ? ", as a superuser" : ""))};
    return {error(
        check, fmt::format("user {} lacks for a {}: {}", rights.user, part, fmt::join(rights.missing, "; ")),
        "Statements that need these rights fail with SQLSTATE 42501. Run the first command as the schema's "
        "owner with CREATEROLE: it makes a role for each part. `contrail doctor --for PART` checks the "
        "rights of another part.",
        {"contrail migrate --roles contrail",
         fmt::format("GRANT contrail_{} TO {};", part, quoted_name(rights.user))})};
}

}  // namespace contrail::operations::doctor
