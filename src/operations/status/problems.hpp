#pragma once

#include <string>
#include <vector>

#include "operations/status/status.hpp"

namespace contrail::operations {

/// True if an operator should look after a program in this state.
bool needs_operator(ProgramState state);

/// What is wrong, a phrase each: `consumer mailer is halted`. Empty: all is well.
std::vector<std::string> problems(const Status& status);

}  // namespace contrail::operations
