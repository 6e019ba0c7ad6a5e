#pragma once

#include <string>
#include <vector>

#include "contrail/record.hpp"

namespace contrail {

/// Chooses records by what they are about. The default chooses all.
struct RecordFilter {
    std::vector<std::string> objects{};  ///< The record's object is one of these. Empty: it may be any.
    std::vector<std::string> actions{};  ///< The same for its action.

    [[nodiscard]] bool chooses_all() const { return objects.empty() && actions.empty(); }
    [[nodiscard]] bool chooses(const Record& record) const;
};

}  // namespace contrail
