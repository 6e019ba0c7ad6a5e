#pragma once

#include <string>

namespace contrail::postgres {

/// Gives a notice of the server to the sink of on_postgres_notice(), unless it was given before.
void pass_on_notice(const std::string& notice);

}  // namespace contrail::postgres
