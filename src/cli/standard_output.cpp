#include "cli/standard_output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string_view>

#include "cli/terminal.hpp"

namespace contrail::cli {

namespace {

/// What waits at most for more to come. Most commands then write once.
constexpr std::size_t waiting_bytes_max = 1 << 16;

}  // namespace

// It has no put area, so every write goes through overflow() or xsputn(), which take the lock.
StandardOutput::StandardOutput() : before_(std::cout.rdbuf(this)), on_terminal_(on_terminal()) {}

StandardOutput::~StandardOutput() {
    failure();
    std::cout.rdbuf(before_);
}

int StandardOutput::failure() {
    const std::lock_guard lock(mutex_);
    write_waiting();
    // The C library keeps no errno: only the error of this very call is known.
    const bool stdio_failed_before = std::ferror(stdout) != 0;
    if (std::fflush(stdout) != 0 && error_ == 0) error_ = errno;
    if (stdio_failed_before && error_ == 0) error_ = EIO;
    return error_;
}

StandardOutput::int_type StandardOutput::overflow(int_type character) {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char one = traits_type::to_char_type(character);
    return xsputn(&one, 1) == 1 ? character : traits_type::eof();
}

std::streamsize StandardOutput::xsputn(const char* text, std::streamsize length) {
    const std::lock_guard lock(mutex_);
    if (error_ != 0) return 0;
    const std::string_view added(text, static_cast<std::size_t>(length));
    waiting_ += added;
    const bool due =
        waiting_.size() >= waiting_bytes_max || (on_terminal_ && added.find('\n') != std::string_view::npos);
    return !due || write_waiting() ? length : 0;
}

int StandardOutput::sync() {
    const std::lock_guard lock(mutex_);
    return write_waiting() ? 0 : -1;
}

bool StandardOutput::write_waiting() {
    std::string_view left = waiting_;
    while (!left.empty() && error_ == 0) {
        const ssize_t written = ::write(STDOUT_FILENO, left.data(), left.size());
        if (written >= 0) {
            left.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            error_ = errno;
        }
    }
    waiting_.clear();
    return error_ == 0;
}

}  // namespace contrail::cli
