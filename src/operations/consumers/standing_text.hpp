#pragma once

#include <string>
#include <vector>

#include "operations/consumers/standing.hpp"

namespace contrail {

/// A table for people: a line for each consumer, and one for the log.
std::string to_text(const std::vector<ConsumerStanding>& consumers, RecordId head);

/// One line of JSON, described in docs/operations.md.
std::string to_json(const std::vector<ConsumerStanding>& consumers, RecordId head, const std::string& stream);

}  // namespace contrail
