#include "cli/consumer_listeners.hpp"

#include "contrail/redis.hpp"

namespace contrail::cli {

ConsumerListeners::ConsumerListeners(const Settings& settings, const ConsumerName& consumer)
    : log_(consumer),
      reports_(redis_consumer_reports(settings, consumer, &log_report_failure)),
      events_({&log_, reports_.get()}) {}

}  // namespace contrail::cli
