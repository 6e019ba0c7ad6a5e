#pragma once

#include "archive/folder.hpp"
#include "contrail/log_keeper.hpp"
#include "contrail/names.hpp"

namespace contrail::archive {

/// Makes the folder the archive of this log, or proves that it is, before `consumer` writes to it.
///
/// Throws Error: Retry::call while the log does not name the outbox that feeds it. Retry::never if the folder is the
/// archive of another log or outbox; if it is damaged; or if it is an older copy, and the log has dropped records that
/// the consumer had reported as archived.
void open_for(const StreamName& name, LogKeeper& log, const ConsumerName& consumer, const Folder& folder);

/// Proves that the folder is the archive of this log, before a consumer reads it. Throws as open_for() does.
void require_archive_of(const StreamName& name, LogKeeper& log, const Identity& identity,
                        const Folder& folder);

}  // namespace contrail::archive
