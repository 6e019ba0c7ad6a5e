#pragma once

#include <span>
#include <string>

#include "contrail/record.hpp"

namespace contrail::handlers {

/// `record 17-3`, or `records 17-3 to 17-9`, for a message.
inline std::string records_text(std::span<const Record> records) {
    const std::string first = records.front().id.to_string();
    if (records.size() == 1) return "record " + first;
    return "records " + first + " to " + records.back().id.to_string();
}

}  // namespace contrail::handlers
