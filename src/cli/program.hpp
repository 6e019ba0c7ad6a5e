#pragma once

#include "contrail/program.hpp"

namespace contrail::cli {

using contrail::Program;
using enum contrail::ExitStatus;

}  // namespace contrail::cli
