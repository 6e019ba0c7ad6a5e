#include "cli/consumer_listeners.hpp"

#include "cli/admin_options.hpp"
#include "cli/event_log.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/redis.hpp"

namespace contrail::cli {

ConsumerListeners::ConsumerListeners(const Settings& settings, const ConsumerName& consumer,
                                     const AdminOptions& admin_options)
    : admin_(settings, admin_options),
      watched_(admin_.consumer(consumer)),
      on_event_(fan_out<ConsumerEvent>({consumer_log(consumer),
                                        redis_consumer_status(settings, consumer, &log_status_failure),
                                        watched_.on_event()})) {
    admin_.serve();
    log_admin_address(admin_options, admin_.port());
}

}  // namespace contrail::cli
