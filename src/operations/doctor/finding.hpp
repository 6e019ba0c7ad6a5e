#pragma once

#include <string>
#include <vector>

namespace contrail::operations::doctor {

enum class Verdict { ok, warning, error };

/// The result of one check.
struct Finding {
    std::string check;  ///< `redis.appendfsync`: a group and a name. Stable; docs/operations.md lists them.
    Verdict verdict = Verdict::ok;
    std::string found;               ///< What the doctor found.
    std::string why{};               ///< Why it matters, in sentences. Empty if the verdict is ok.
    std::vector<std::string> fix{};  ///< Shell commands and SQL that fix it, each ready to be pasted.
    std::string subject{};           ///< The consumer's name, where a check covers several consumers.
};

using Findings = std::vector<Finding>;

Finding ok(std::string check, std::string found);
Finding warning(std::string check, std::string found, std::string why, std::vector<std::string> fix);
Finding error(std::string check, std::string found, std::string why, std::vector<std::string> fix);

void append(Findings& findings, Findings more);

}  // namespace contrail::operations::doctor
