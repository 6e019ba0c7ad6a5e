#include "base/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace contrail::base {

namespace {

void open_if_closed(int number, int mode) noexcept {
    if (::fcntl(number, F_GETFD) >= 0 || errno != EBADF) return;
    // The lowest free number is the one that is missing: all lower ones are open by now.
    if (::open("/dev/null", mode) != number) std::abort();
}

}  // namespace

void open_standard_descriptors() noexcept {
    open_if_closed(STDIN_FILENO, O_RDONLY);
    open_if_closed(STDOUT_FILENO, O_RDONLY);
    open_if_closed(STDERR_FILENO, O_WRONLY);
}

}  // namespace contrail::base
