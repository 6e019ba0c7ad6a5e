#include "operations/consumers/running.hpp"

namespace contrail::operations {

bool runs(const ConsumerName& consumer, Log& log, Clock& clock, std::chrono::milliseconds wait_max) {
    constexpr std::chrono::milliseconds between_polls{100};
    log.withdraw_position(consumer);
    const auto begun = clock.now();
    while (clock.now() - begun < wait_max) {
        clock.wait(between_polls, std::stop_token());
        if (log.reports().positions.contains(consumer)) return true;
    }
    return false;
}

}  // namespace contrail::operations
