#include <nlohmann/json.hpp>

#include "operations/doctor/report.hpp"

namespace contrail::doctor {

namespace {

nlohmann::ordered_json json_of(const Finding& finding) {
    nlohmann::ordered_json json{{"check", finding.check}, {"verdict", name(finding.verdict)}};
    if (!finding.subject.empty()) json["subject"] = finding.subject;
    json["found"] = finding.found;
    if (finding.verdict == Verdict::ok) return json;
    json["why"] = finding.why;
    json["mend"] = finding.mend;
    return json;
}

}  // namespace

std::string to_json(const Report& report) {
    nlohmann::ordered_json json{{"verdict", name(verdict(report))},
                                {"errors", count(report, Verdict::error)},
                                {"warnings", count(report, Verdict::warning)},
                                {"redis", report.redis},
                                {"postgres", report.postgres},
                                {"stream", report.stream}};
    json["findings"] = nlohmann::ordered_json::array();
    for (const Finding& finding : report.findings) json["findings"].push_back(json_of(finding));
    // What a server says need not be UTF-8.
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace contrail::doctor
