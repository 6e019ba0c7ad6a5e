#include "operations/doctor/finding.hpp"

#include <iterator>
#include <utility>

namespace contrail::operations::doctor {

Finding ok(std::string check, std::string found) {
    return {.check = std::move(check), .found = std::move(found)};
}

Finding warning(std::string check, std::string found, std::string why, std::vector<std::string> fix) {
    return {std::move(check), Verdict::warning, std::move(found), std::move(why), std::move(fix)};
}

Finding error(std::string check, std::string found, std::string why, std::vector<std::string> fix) {
    return {std::move(check), Verdict::error, std::move(found), std::move(why), std::move(fix)};
}

void append(Findings& findings, Findings more) {
    findings.insert(findings.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

}  // namespace contrail::operations::doctor
