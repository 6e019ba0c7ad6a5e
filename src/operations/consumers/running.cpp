#include "operations/consumers/running.hpp"

namespace contrail {

bool runs(const ConsumerName& consumer, Log& log, Clock& clock, std::chrono::milliseconds watch) {
    constexpr std::chrono::milliseconds between_looks{100};
    log.forget(consumer);
    const auto begun = clock.now();
    while (clock.now() - begun < watch) {
        clock.wait(between_looks, std::stop_token());
        if (log.positions().contains(consumer)) return true;
    }
    return false;
}

}  // namespace contrail
