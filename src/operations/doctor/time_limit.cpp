#include "operations/doctor/time_limit.hpp"

#include "operations/units.hpp"

namespace contrail::operations::doctor {

std::optional<std::string> TimeLimit::reached() const {
    if (spent_ < limit_) return std::nullopt;
    return "The checks before took " + duration_text(spent_) + ", and the doctor waits " +
           duration_text(limit_) + " for " + server_ + ". Fix what they found, and run the doctor again.";
}

}  // namespace contrail::operations::doctor
