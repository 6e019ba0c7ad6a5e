#pragma once

#include <memory>

#include "cli/event_log.hpp"
#include "contrail/event_list.hpp"
#include "contrail/settings.hpp"

namespace contrail::cli {

/// All who hear what a consumer does: the program's log, and its reports beside the log. It reports the
/// consumer's end when it is destroyed.
class ConsumerListeners {
public:
    /// Starts a thread: call stop_on_signals() first.
    ConsumerListeners(const Settings& settings, const ConsumerName& consumer);

    /// Lives as long as this.
    ConsumerEvents& events() { return events_; }

private:
    ConsumerLog log_;
    std::unique_ptr<ConsumerEvents> reports_;
    ConsumerEventList events_;
};

}  // namespace contrail::cli
