#pragma once

#include <string>
#include <vector>

#include "operations/consumers/progress.hpp"

namespace contrail::operations {

/// A table for operators: a line per consumer, and one for the log.
std::string to_text(const std::vector<ConsumerProgress>& consumers, RecordId head);

/// One line of JSON. docs/operations.md describes it.
std::string to_json(const std::vector<ConsumerProgress>& consumers, RecordId head, const std::string& stream);

}  // namespace contrail::operations
