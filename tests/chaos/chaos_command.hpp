#pragma once

#include "contrail/program.hpp"

namespace chaos {

/// Adds the command `chaos`, which runs the whole example under load and faults, and judges the result.
void add_chaos_command(contrail::Program& program);

}  // namespace chaos
