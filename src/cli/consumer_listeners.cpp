#include "cli/consumer_listeners.hpp"

#include "cli/admin_options.hpp"
#include "contrail/redis.hpp"

namespace contrail::cli {

ConsumerListeners::ConsumerListeners(const Settings& settings, const ConsumerName& consumer,
                                     const AdminOptions& admin_options)
    : log_(consumer),
      reports_(redis_consumer_reports(settings, consumer, &log_report_failure)),
      admin_(settings, admin_options),
      watched_(admin_.consumer(consumer)),
      events_({&log_, reports_.get(), &watched_.events()}) {
    admin_.serve();
    log_admin_address(admin_options, admin_.port());
}

}  // namespace contrail::cli
