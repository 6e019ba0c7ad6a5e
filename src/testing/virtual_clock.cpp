#include "testing/virtual_clock.hpp"

namespace contrail::testing {

void VirtualClock::wait(Pause pause, const std::stop_token& stop) {
    if (!stop.stop_requested()) advance(pause);
}

}  // namespace contrail::testing
