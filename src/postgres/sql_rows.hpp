#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contrail/postgres.hpp"
#include "postgres/result.hpp"

namespace contrail::postgres {

/// What a statement of the caller's own is called in error messages: `run "SELECT 1"`. Long ones are cut.
std::string action_of(std::string_view statement);

/// The rows of a result. `action` is for the error message if they are the data of a COPY.
std::vector<SqlRow> rows_of(const Result& result, std::string_view action);

}  // namespace contrail::postgres
