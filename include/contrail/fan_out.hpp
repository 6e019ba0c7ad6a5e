#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace contrail {

/// Makes one listener of several: it passes each event to all of them, in their order. None of them may be
/// empty.
///
///     contrail::fan_out<contrail::ConsumerEvent>({reports, my_listener})
template <class Event>
std::function<void(const Event&)> fan_out(std::vector<std::function<void(const Event&)>> listeners) {
    return [listeners = std::move(listeners)](const Event& event) {
        for (const auto& listener : listeners) listener(event);
    };
}

}  // namespace contrail
