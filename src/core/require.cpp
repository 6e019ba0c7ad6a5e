#include "core/require.hpp"

#include <cstdio>
#include <cstdlib>

namespace contrail {

void report_broken(const Invariant& invariant, const std::string& values) {
    std::fprintf(stderr,
                 "%s:%u: broken invariant: %s%s%s. This is a defect of the program, not of its environment: report "
                 "this line. Starting the program again is safe.\n",
                 invariant.where.file_name(), invariant.where.line(), invariant.what,
                 values.empty() ? "" : "; values:", values.c_str());
    std::abort();
}

}  // namespace contrail
