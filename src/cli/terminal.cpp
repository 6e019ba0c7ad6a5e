#include "cli/terminal.hpp"

#include <unistd.h>

#include <cstdlib>

namespace contrail::cli {

bool on_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

bool on_coloured_terminal() {
    const char* const no_color = std::getenv("NO_COLOR");
    return on_terminal() && (no_color == nullptr || *no_color == '\0');
}

}  // namespace contrail::cli
