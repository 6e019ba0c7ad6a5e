#include "operations/status/log_look.hpp"

namespace contrail {

LogLook look_at_log(Log& log, redis::StatusBoard& board, Clock& clock) {
    LogLook look;
    look.positions = log.positions();
    look.posted = board.read();
    look.usage = log.usage();
    look.at = clock.now();
    return look;
}

}  // namespace contrail
