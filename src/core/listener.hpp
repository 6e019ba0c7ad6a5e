#pragma once

#include <functional>
#include <utility>

namespace contrail {

/// `listener`, or one that ignores all events where it is empty: an event can then be told without a check.
template <class Event>
std::function<void(const Event&)> or_ignore(std::function<void(const Event&)> listener) {
    if (listener) return listener;
    return [](const Event&) {};
}

}  // namespace contrail
