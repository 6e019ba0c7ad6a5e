#pragma once

#include <string>

#include "operations/status/status.hpp"

namespace contrail {

/// One line of JSON, described in docs/operations.md. What is not known is null.
std::string to_json(const Status& status);

}  // namespace contrail
