#include "operations/state_text.hpp"

#include <algorithm>

namespace contrail::operations {

std::string state_text(ProgramState state) {
    std::string text(name(state));
    std::ranges::replace(text, '_', ' ');
    return text;
}

}  // namespace contrail::operations
