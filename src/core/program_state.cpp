#include "core/program_state.hpp"

#include <array>
#include <utility>

namespace contrail {

namespace {

constexpr std::array<std::pair<ProgramState, std::string_view>, 11> program_state_names{{
    {ProgramState::streaming, "streaming"},
    {ProgramState::consuming, "consuming"},
    {ProgramState::idle, "idle"},
    {ProgramState::standing_by, "standing_by"},
    {ProgramState::held_back, "held_back"},
    {ProgramState::retrying, "retrying"},
    {ProgramState::halted, "halted"},
    {ProgramState::cut_off, "cut_off"},
    {ProgramState::stalled, "stalled"},
    {ProgramState::stopped, "stopped"},
    {ProgramState::unknown, "unknown"},
}};

}  // namespace

std::string_view name(ProgramState state) {
    for (const auto& [known, name] : program_state_names)
        if (known == state) return name;
    return "unknown";
}

ProgramState program_state(std::string_view name) {
    for (const auto& [state, known] : program_state_names)
        if (known == name) return state;
    return ProgramState::unknown;
}

}  // namespace contrail
