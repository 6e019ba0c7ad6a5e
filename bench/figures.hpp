#pragma once

#include <string>

namespace contrail::bench {

/// A number with as many digits as say something: `331,204`, `87.5`, `0.93`.
std::string figure(double value);

}  // namespace contrail::bench
