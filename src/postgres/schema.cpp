#include "postgres/schema.hpp"

#include <algorithm>

namespace contrail::postgres {

namespace {

constexpr Attempt check_schema{.what = "check Contrail's schema"};

}  // namespace

std::string quoted_schema(std::string_view schema) {
    constexpr std::size_t length_max = 63;
    const bool has_forbidden = std::any_of(schema.begin(), schema.end(), [](char c) {
        return c == '$' || c == '\x7f' || (c >= '\0' && c < ' ');
    });
    if (schema.empty() || schema.size() > length_max || has_forbidden) {
        throw Error(Retry::never,
                    "Cannot use \"" + std::string(schema) +
                        "\" as the name of Contrail's schema: it must have 1 to 63 bytes, and neither "
                        "control characters nor a $. Correct CONTRAIL_SCHEMA.");
    }
    std::string quoted = "\"";
    for (const char c : schema) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string in_schema(std::string_view text, std::string_view quoted_schema) {
    constexpr std::string_view placeholder = "@schema@";
    std::string result;
    for (auto at = text.find(placeholder); at != std::string_view::npos; at = text.find(placeholder)) {
        result.append(text.substr(0, at)).append(quoted_schema);
        text.remove_prefix(at + placeholder.size());
    }
    return result.append(text);
}

int schema_version(Connection& connection, std::string_view quoted_schema) {
    const Result exists = connection.run(check_schema, "SELECT to_regclass($1) IS NOT NULL",
                                         {std::string(quoted_schema) + ".schema_version"});
    if (!exists.boolean(0, 0)) return 0;
    const Result version = connection.run(
        check_schema,
        in_schema("SELECT coalesce(max(version), 0) FROM @schema@.schema_version", quoted_schema));
    return static_cast<int>(version.integer(0, 0));
}

void require_schema(Connection& connection, std::string_view quoted_schema) {
    const int version = schema_version(connection, quoted_schema);
    if (version >= schema_version_needed) return;
    const std::string found = version == 0
                                  ? "it has no schema " + std::string(quoted_schema) + " of Contrail"
                                  : "its schema " + std::string(quoted_schema) + " is at version " +
                                        std::to_string(version) + ", and this program needs version " +
                                        std::to_string(schema_version_needed);
    throw Error(Retry::never,
                "Cannot work with " + describe(connection.native()) + ": " + found +
                    ". Run `contrail migrate` there, or correct DATABASE_URL or CONTRAIL_SCHEMA.");
}

void require_same_cluster(Connection& connection, std::string_view quoted_schema) {
    const Result identity =
        connection.run({.what = "compare the identity of the cluster"},
                       in_schema("SELECT here.system_identifier, staged.system_identifier "
                                 "FROM pg_control_system() AS here, @schema@.cluster_identity AS staged",
                                 quoted_schema));
    if (identity.text(0, 0) == identity.text(0, 1)) return;
    throw Error(
        Retry::never,
        "Cannot work with " + describe(connection.native()) + ": the records in its schema " +
            std::string(quoted_schema) + " were staged in another database cluster (" +
            std::string(identity.text(0, 1)) + ", and this one is " + std::string(identity.text(0, 0)) +
            "). It was restored from a dump, perhaps: the transaction ids in it belong to the other cluster, "
            "and no longer tell which records were sent. Nothing was done. `contrail adopt` says what going "
            "on "
            "here would mean. Should this be the same cluster after pg_upgrade, which keeps transaction ids: "
            "UPDATE " +
            std::string(quoted_schema) +
            ".cluster_identity SET system_identifier = " + std::string(identity.text(0, 0)) + ".");
}

}  // namespace contrail::postgres

namespace contrail {

std::string in_schema(std::string_view statement, const Settings& settings) {
    return postgres::in_schema(statement, postgres::quoted_schema(settings.schema));
}

}  // namespace contrail
