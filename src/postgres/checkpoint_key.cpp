#include "postgres/checkpoint_key.hpp"

#include "postgres/errors.hpp"
#include "postgres/handles.hpp"

namespace contrail::postgres {

namespace {

std::string literal(PGconn* connection, const std::string& text) {
    const TextHandle quoted(PQescapeLiteral(connection, text.data(), text.size()));
    if (!quoted) throw lost_error({"quote a name"}, connection, PQerrorMessage(connection));
    return quoted.get();
}

}  // namespace

std::string names(const CheckpointKey& key, PGconn* connection) {
    return literal(connection, key.consumer) + ", " + literal(connection, key.stream);
}

std::string numbers(Segment segment) {
    return std::to_string(segment.number) + ", " + std::to_string(segment.count);
}

RecordId record_id(const CheckpointKey& key, const PGconn* connection, std::string_view table,
                   std::string_view text) {
    if (const auto id = RecordId::parse(text)) return *id;
    throw Error(Retry::never,
                "Cannot continue with consumer " + key.consumer + ": in " + describe(connection) + ", " +
                    key.quoted_schema + "." + std::string(table) + " holds '" + std::string(text) +
                    "' for it, which is not a record id (<milliseconds>-<offset>). Correct that row.");
}

}  // namespace contrail::postgres
