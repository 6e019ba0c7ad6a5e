#pragma once

#include <string>
#include <vector>

#include "operations/status/status.hpp"

namespace contrail {

/// `standing by`: as people write it.
std::string state_text(ProgramState state);

/// True of a state in which an operator should take care of the program.
bool is_trouble(ProgramState state);

/// What is not well, a phrase each: `consumer mailer is halted`. Empty: all is well.
std::vector<std::string> complaints(const Status& status);

}  // namespace contrail
