#pragma once

#include <libpq-fe.h>

#include <string>

namespace contrail::postgres {

/// Names a checkpoint and the schema that holds it.
struct CheckpointKey {
    std::string quoted_schema;
    std::string consumer;
    std::string stream;
};

/// Consumer and log as SQL writes them, `'mailer', 'rides'`: the first arguments of a consumer's functions.
/// The connection knows what a backslash means. Throws Error.
std::string names(const CheckpointKey& key, PGconn* connection);

}  // namespace contrail::postgres
