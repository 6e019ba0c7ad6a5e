#pragma once

#include <string>

namespace contrail::postgres {

/// Names a checkpoint and the schema that holds it.
struct CheckpointKey {
    std::string quoted_schema;
    std::string consumer;
    std::string stream;
};

}  // namespace contrail::postgres
