#include "operations/doctor/diagnosis.hpp"

#include <algorithm>

namespace contrail::operations::doctor {

Verdict verdict(const Diagnosis& diagnosis) {
    const auto worst = std::ranges::max_element(diagnosis.findings, {}, &Finding::verdict);
    return worst == diagnosis.findings.end() ? Verdict::ok : worst->verdict;
}

std::size_t count(const Diagnosis& diagnosis, Verdict wanted) {
    return static_cast<std::size_t>(std::ranges::count(diagnosis.findings, wanted, &Finding::verdict));
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

}  // namespace contrail::operations::doctor
