#pragma once

#include <string>

#include "core/program_state.hpp"

namespace contrail::operations {

/// The name of the state as operators read it: `standing by`.
std::string state_text(ProgramState state);

}  // namespace contrail::operations
