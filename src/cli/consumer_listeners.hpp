#pragma once

#include <memory>

#include "cli/event_log.hpp"
#include "contrail/admin.hpp"
#include "contrail/event_list.hpp"
#include "contrail/settings.hpp"

namespace contrail::cli {

/// All who hear what a consumer does: the program's log, its reports beside the log, and its metrics and
/// health. It reports the consumer's end when it is destroyed.
class ConsumerListeners {
public:
    /// Serves metrics and health from now on, if they are to be. Starts threads: call stop_on_signals()
    /// first.
    ConsumerListeners(const Settings& settings, const ConsumerName& consumer,
                      const AdminOptions& admin_options = {});

    /// Lives as long as this.
    ConsumerEvents& events() { return events_; }
    /// What the consumer is to be made with, so that its metrics are complete.
    WatchedConsumer& watched() { return watched_; }

private:
    ConsumerLog log_;
    std::unique_ptr<ConsumerEvents> reports_;
    Admin admin_;
    WatchedConsumer& watched_;
    ConsumerEventList events_;
};

}  // namespace contrail::cli
