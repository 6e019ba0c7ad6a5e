#pragma once

#include <string_view>

namespace contrail::logging {

/// Whether standard error goes to systemd's journal, which notes each line's time itself: JOURNAL_STREAM names
/// the very file, systemd.exec(5).
bool writes_to_journal();

/// What an error's line on standard error begins with: in the journal its priority (sd-daemon(3)), elsewhere
/// nothing.
std::string_view error_priority();

}  // namespace contrail::logging
