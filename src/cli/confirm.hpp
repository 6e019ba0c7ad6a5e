#pragma once

#include <string>

namespace contrail::cli {

/// Asks a person a question; true if the answer is yes. Nobody is asked where nobody would see it: then it
/// says that `--yes` is needed, and the answer is no.
bool confirmed(const std::string& question);

}  // namespace contrail::cli
