#pragma once

#include <string>
#include <vector>

#include "postgres/dead_letters.hpp"

namespace contrail::app {

/// A table for operators: a line per record, and below it the error, cut short. `total` counts all parked records.
std::string to_text(const std::vector<postgres::ParkedRecord>& records, std::uint64_t total);

/// One line of JSON: `stream`, `total`, and the array `letters`.
std::string to_json(const std::vector<postgres::ParkedRecord>& records, std::uint64_t total,
                    const std::string& stream);

/// Everything about one record, for operators: a line per field.
std::string to_text(const postgres::ParkedRecord& record);

/// The same in one line of JSON.
std::string to_json(const postgres::ParkedRecord& record);

}  // namespace contrail::app
