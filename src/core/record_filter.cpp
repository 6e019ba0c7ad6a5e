#include "contrail/record_filter.hpp"

#include <algorithm>

namespace contrail {

namespace {

bool allows(const std::vector<std::string>& values, const std::string& value) {
    return values.empty() || std::ranges::find(values, value) != values.end();
}

}  // namespace

bool RecordFilter::chooses(const Record& record) const {
    return allows(objects, record.object) && allows(actions, record.action);
}

}  // namespace contrail
