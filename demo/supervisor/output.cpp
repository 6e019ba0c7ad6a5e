#include "demo/supervisor/output.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace demo {

namespace {

/// Cyan, yellow, green, magenta, blue, and their bright forms: readable on black and on white. Red is
/// missing, because it would look like an error.
constexpr std::array<int, 10> colours{36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

constexpr std::size_t waiting_bytes_max = 1 << 20;

}  // namespace

Label::Label(std::string_view name, std::size_t width, std::size_t colour, bool coloured) {
    const std::string plain = fmt::format("{:<{}} | ", name, width);
    text_ = coloured ? fmt::format("\x1b[{}m{}\x1b[0m", colours[colour % colours.size()], plain) : plain;
}

void Output::add(const Label& label, std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t length = lines.find('\n') + 1;
        waiting_.append(label.text()).append(lines.substr(0, length));
        lines.remove_prefix(length);
    }
}

bool Output::full() const noexcept {
    return waiting_.size() >= waiting_bytes_max;
}

void Output::write_some() {
    // A pipe that is ready takes this many bytes without blocking.
    const std::size_t length = std::min<std::size_t>(waiting_.size() - written_, PIPE_BUF);
    const ssize_t written =
        closed() ? static_cast<ssize_t>(length) : ::write(descriptor_, waiting_.data() + written_, length);
    if (written >= 0) {
        written_ += static_cast<std::size_t>(written);
    } else if (errno != EINTR && errno != EAGAIN) {
        error_ = errno;
    }
    if (closed() || written_ == waiting_.size()) {
        waiting_.clear();
        written_ = 0;
    }
}

void Output::write_all(std::chrono::milliseconds patience) {
    while (pending()) {
        pollfd ready{descriptor_, POLLOUT, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) == 0) return;
        write_some();
    }
}

}  // namespace demo
