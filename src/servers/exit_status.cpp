#include "servers/exit_status.hpp"

#include <cstring>

namespace contrail::servers {

std::string ExitStatus::to_string() const {
    if (kind_ == Kind::exited) return "exited with status " + std::to_string(number_);
    const char* name = ::sigdescr_np(number_);
    return "killed by signal " + std::to_string(number_) + " (" + (name != nullptr ? name : "unknown") + ")";
}

}  // namespace contrail::servers
