#pragma once

#include <string>

#include "contrail/retention_events.hpp"

namespace contrail::operations {

/// What retention keeps, and why: `consumers need 40,010 and later, no floor, the limits allow all`.
std::string retention_text(const retention_event::Planned& retention);

}  // namespace contrail::operations
