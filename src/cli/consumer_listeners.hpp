#pragma once

#include "contrail/admin.hpp"
#include "contrail/consumer_events.hpp"
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

    /// Passes events to all of them; must not outlive this.
    [[nodiscard]] const OnConsumerEvent& on_event() const { return on_event_; }
    /// What the consumer is to be made with, so that its metrics are complete.
    WatchedConsumer& watched() { return watched_; }

private:
    Admin admin_;
    WatchedConsumer& watched_;
    OnConsumerEvent on_event_;
};

}  // namespace contrail::cli
