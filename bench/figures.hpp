#pragma once

#include <string>

namespace contrail::bench {

/// A number with its significant digits only: `331,204`, `87.5`, `0.93`.
std::string figure(double value);

}  // namespace contrail::bench
