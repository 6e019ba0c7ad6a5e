#pragma once

#include <string_view>

namespace contrail::handlers {

/// What is at fault when a SQL function fails.
enum class FunctionFault {
    records,   ///< The function rejects them.
    function,  ///< The function, or what it needs: whatever record comes, it fails.
    passing,   ///< Neither. The same call may succeed later.
};

/// What the exception with this SQLSTATE says. Any code that the table in function_fault.cpp does not name rejects the
/// records.
FunctionFault function_fault(std::string_view sqlstate);

}  // namespace contrail::handlers
