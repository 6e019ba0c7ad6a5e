#pragma once

#include <string>

namespace contrail::cli {

/// Asks the operator a question; true if the answer is yes. Without a terminal there is no one to ask: then
/// it says that `--yes` is needed, and the answer is no.
bool confirmed(const std::string& question);

}  // namespace contrail::cli
