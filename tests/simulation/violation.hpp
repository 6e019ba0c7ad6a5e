#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace contrail::simulation {

/// The rules of docs/architecture.md ("What always holds"), and that work always goes on.
enum class Rule : std::uint8_t {
    nothing_lost,
    nothing_invented,
    order,
    one_id_for_life,
    effects_once,
    no_silent_gap,
    nothing_needed_dropped,
    goes_on,
};

constexpr std::string_view name_of(Rule rule) {
    switch (rule) {
        case Rule::nothing_lost:
            return "nothing lost";
        case Rule::nothing_invented:
            return "nothing invented";
        case Rule::order:
            return "order";
        case Rule::one_id_for_life:
            return "one id for life";
        case Rule::effects_once:
            return "effects once";
        case Rule::no_silent_gap:
            return "no silent gap";
        case Rule::nothing_needed_dropped:
            return "nothing needed is dropped";
        case Rule::goes_on:
            return "work goes on";
    }
    return "";
}

/// A rule was broken. Thrown by the oracle.
struct Violation {
    Rule rule{};
    std::string what;
};

}  // namespace contrail::simulation
