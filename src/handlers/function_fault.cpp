#include "handlers/function_fault.hpp"

#include <algorithm>
#include <iterator>

#include "contrail/error.hpp"
#include "postgres/errors.hpp"

namespace contrail::handlers {

namespace {

// Classes and codes of appendix A of PostgreSQL's manual. What is not here rejects the records: the errors that a
// function raises on purpose (P0001), data (22), constraints (23), limits that a large value exceeds (54), errors in
// functions of other languages (38). So does XX000, the code of JavaScript's and Rust's exceptions (PLV8, pgrx).
constexpr std::string_view function_at_fault[] = {
    "0A",     // feature not supported: INSERT in a function that is declared STABLE
    "24",     // invalid cursor state
    "25",     // invalid transaction state: VACUUM inside a function
    "26",     // invalid name of a prepared statement
    "28",     // invalid authorization
    "2B",     // dependent objects still exist
    "2D",     // invalid transaction termination: COMMIT inside a function
    "2F",     // SQL routine exception: no RETURN
    "34",     // invalid name of a cursor
    "3B",     // savepoint exception
    "3D",     // invalid name of a database
    "3F",     // invalid name of a schema
    "42",     // syntax, missing tables, columns and functions, missing privileges
    "55",     // an object is not in the state that a statement needs
    "F0",     // configuration file error
    "HV",     // a foreign data wrapper's error
    "XX001",  // data corrupted
    "XX002",  // index corrupted
};

}  // namespace

FunctionFault function_fault(std::string_view sqlstate) {
    // First, because some of these codes belong to a class above: 25006 (a standby), 55P03 (a lock timeout).
    if (postgres::remedy_for(sqlstate).retry != Retry::never) return FunctionFault::passing;
    const bool found = std::any_of(std::begin(function_at_fault), std::end(function_at_fault),
                                   [&](std::string_view code) { return sqlstate.starts_with(code); });
    return found ? FunctionFault::function : FunctionFault::records;
}

}  // namespace contrail::handlers
