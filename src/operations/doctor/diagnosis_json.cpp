#include <nlohmann/json.hpp>

#include "operations/doctor/diagnosis.hpp"

namespace contrail::operations::doctor {

namespace {

nlohmann::ordered_json json_of(const Finding& finding) {
    nlohmann::ordered_json json{{"check", finding.check}, {"verdict", name(finding.verdict)}};
    if (!finding.subject.empty()) json["subject"] = finding.subject;
    json["found"] = finding.found;
    if (finding.verdict == Verdict::ok) return json;
    json["why"] = finding.why;
    json["mend"] = finding.fix;
    return json;
}

}  // namespace

std::string to_json(const Diagnosis& diagnosis) {
    nlohmann::ordered_json json{{"verdict", name(verdict(diagnosis))},
                                {"errors", count(diagnosis, Verdict::error)},
                                {"warnings", count(diagnosis, Verdict::warning)},
                                {"redis", diagnosis.redis},
                                {"kafka", diagnosis.kafka},
                                {"postgres", diagnosis.postgres},
                                {"stream", diagnosis.stream}};
    json["findings"] = nlohmann::ordered_json::array();
    for (const Finding& finding : diagnosis.findings) json["findings"].push_back(json_of(finding));
    // What a server says need not be UTF-8.
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace contrail::operations::doctor
