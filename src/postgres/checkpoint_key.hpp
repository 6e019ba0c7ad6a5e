#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "contrail/segment.hpp"

namespace contrail::postgres {

/// Names a checkpoint and the schema that holds it.
struct CheckpointKey {
    std::string quoted_schema;
    std::string consumer;
    std::string stream;
    Segment segment{};
};

/// Consumer and log as SQL writes them, `'mailer', 'rides'`: the first arguments of a consumer's functions.
/// The connection knows what a backslash means. Throws Error.
std::string names(const CheckpointKey& key, PGconn* connection);

/// The segment as those functions take it: `0, 1`.
std::string numbers(Segment segment);

/// The id that `table` holds for that consumer. Throws Error (Retry::never) if it is none.
RecordId record_id(const CheckpointKey& key, const PGconn* connection, std::string_view table,
                   std::string_view text);

}  // namespace contrail::postgres
