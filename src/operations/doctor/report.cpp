#include "operations/doctor/report.hpp"

#include <algorithm>

namespace contrail::doctor {

Verdict verdict(const Report& report) {
    const auto worst = std::ranges::max_element(report.findings, {}, &Finding::verdict);
    return worst == report.findings.end() ? Verdict::ok : worst->verdict;
}

std::size_t count(const Report& report, Verdict wanted) {
    return static_cast<std::size_t>(std::ranges::count(report.findings, wanted, &Finding::verdict));
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::warning:
            return "warning";
        case Verdict::error:
            return "error";
    }
    return "";
}

}  // namespace contrail::doctor
