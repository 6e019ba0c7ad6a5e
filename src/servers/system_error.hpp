#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "contrail/error.hpp"

namespace contrail::servers {

/// The Error for a system call that failed: "Cannot open /data/log: Permission denied". `attempted` is
/// what comes before the colon.
inline Error system_error(const std::string& attempted, int number = errno) {
    return {Retry::never, attempted + ": " + std::generic_category().message(number)};
}

}  // namespace contrail::servers
