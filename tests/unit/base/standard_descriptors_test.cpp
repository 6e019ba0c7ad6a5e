#include "base/standard_descriptors.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace contrail::base {

namespace {

/// In a process of its own: closes the standard descriptors, opens them, then opens a socket.
[[noreturn]] void open_a_socket_without_standard_descriptors() {
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(number);
    open_standard_descriptors();
    const bool apart = ::socket(AF_UNIX, SOCK_STREAM, 0) > STDERR_FILENO;
    const bool output_fails = ::write(STDOUT_FILENO, "x", 1) < 0 && errno == EBADF;
    const bool log_is_dropped = ::write(STDERR_FILENO, "x", 1) == 1;
    char character = 0;
    const bool input_is_empty = ::read(STDIN_FILENO, &character, 1) == 0;
    std::_Exit(apart && output_fails && log_is_dropped && input_is_empty ? 0 : 1);
}

}  // namespace

TEST(StandardDescriptors, AreNeverTheNumberOfASocket) {
    EXPECT_EXIT(open_a_socket_without_standard_descriptors(), testing::ExitedWithCode(0), "");
}

TEST(StandardDescriptors, StayAsTheyAreIfTheyAreOpen) {
    const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
    open_standard_descriptors();
    EXPECT_EQ(::fcntl(STDOUT_FILENO, F_GETFL), flags);
}

}  // namespace contrail::base
