#pragma once

#include <string>

#include "operations/status/status.hpp"

namespace contrail::operations {

/// One line of JSON. docs/operations.md describes it. An unknown value is null.
std::string to_json(const Status& status);

}  // namespace contrail::operations
