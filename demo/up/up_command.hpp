#pragma once

#include "contrail/program.hpp"

namespace demo {

/// Adds the command `up`, which runs the whole example at once.
void add_up_command(contrail::Program& program);

}  // namespace demo
