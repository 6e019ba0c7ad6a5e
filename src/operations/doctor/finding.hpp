#pragma once

#include <string>
#include <vector>

namespace contrail::doctor {

enum class Verdict { ok, warning, error };

/// What one check came to.
struct Finding {
    std::string check;  ///< `redis.appendfsync`: a group and a name. Stable; docs/operations.md lists them.
    Verdict verdict = Verdict::ok;
    std::string found;                ///< What is the case.
    std::string why{};                ///< Why it matters, in sentences. Empty where all is well.
    std::vector<std::string> fix{};  ///< Shell commands and SQL that fix it, each ready to be pasted.
    std::string subject{};            ///< Where a check covers several: a consumer's name.
};

using Findings = std::vector<Finding>;

Finding ok(std::string check, std::string found);
Finding warning(std::string check, std::string found, std::string why, std::vector<std::string> fix);
Finding error(std::string check, std::string found, std::string why, std::vector<std::string> fix);

void append(Findings& findings, Findings more);

}  // namespace contrail::doctor
