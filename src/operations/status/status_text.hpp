#pragma once

#include <string>

#include "operations/status/status.hpp"

namespace contrail::operations {

/// A table for operators, at most 100 columns wide. Long names and errors are cut short.
std::string to_text(const Status& status, bool coloured);

}  // namespace contrail::operations
