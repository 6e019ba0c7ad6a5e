#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "contrail/error.hpp"

namespace contrail::servers {

/// The Error for a failed system call: "Cannot open /data/log: Permission denied". `attempted` is the text
/// before the colon.
inline Error system_error(const std::string& attempted, int number = errno) {
    return {Retry::never, attempted + ": " + std::generic_category().message(number)};
}

}  // namespace contrail::servers
