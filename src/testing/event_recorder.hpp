#pragma once

#include <cstddef>
#include <functional>
#include <variant>
#include <vector>

namespace contrail::testing {

/// Keeps the events that it receives, in their order. Must outlive its listeners.
template <class Event>
class EventRecorder {
public:
    [[nodiscard]] std::function<void(const Event&)> listener() {
        return [this](const Event& event) { events_.push_back(event); };
    }

    /// Those of one kind.
    template <class Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const Event& event : events_)
            if (const auto* const of_kind = std::get_if<Kind>(&event)) found.push_back(*of_kind);
        return found;
    }

    template <class Kind>
    [[nodiscard]] std::size_t count() const {
        return all<Kind>().size();
    }

    /// The values of one member in the events of one kind.
    template <class Kind, class Member>
    [[nodiscard]] std::vector<Member> each(Member Kind::*member) const {
        std::vector<Member> values;
        for (const Kind& event : all<Kind>()) values.push_back(event.*member);
        return values;
    }

private:
    std::vector<Event> events_;
};

}  // namespace contrail::testing
