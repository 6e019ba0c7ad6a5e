#include "operations/status/log_snapshot.hpp"

namespace contrail::operations {

LogSnapshot take_log_snapshot(LogKeeper& log, status::StatusBoard& board, Clock& clock) {
    LogSnapshot snapshot;
    snapshot.positions = log.reports().positions;
    snapshot.posted = board.read();
    snapshot.usage = log.usage();
    snapshot.at = clock.now();
    return snapshot;
}

}  // namespace contrail::operations
