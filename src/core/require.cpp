#include "core/require.hpp"

#include <cstdio>
#include <cstdlib>

namespace contrail {

void report_broken(const Invariant& invariant, const std::string& values) {
    std::fprintf(stderr,
                 "%s:%d: broken invariant: %s%s%s. This is a defect of the program, not of its environment: "
                 "report this line. Starting the program again is safe.\n",
                 invariant.file, invariant.line, invariant.what,
                 values.empty() ? "" : "; values:", values.c_str());
    std::abort();
}

}  // namespace contrail
