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

}  // namespace contrail::postgres
