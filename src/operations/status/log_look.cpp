#include "operations/status/log_look.hpp"

namespace contrail {

LogLook look_at_log(Log& log, redis::RedisReports& reports, Clock& clock) {
    LogLook look;
    look.positions = log.positions();
    look.told = reports.told();
    look.usage = log.usage();
    look.at = clock.now();
    return look;
}

}  // namespace contrail
