#pragma once

#include <functional>
#include <utility>

namespace contrail {

/// `listener`, or one that ignores all events if it is empty. Its owner then needs no check.
template <class Event>
std::function<void(const Event&)> or_ignore(std::function<void(const Event&)> listener) {
    if (listener) return listener;
    return [](const Event&) {};
}

}  // namespace contrail
