#include "servers/line_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "servers/system_error.hpp"

namespace contrail::servers {

namespace {

constexpr std::size_t read_bytes_max = 1 << 16;
constexpr std::size_t line_bytes_max = 1 << 16;

}  // namespace

LineSource::LineSource(base::FileDescriptor pipe) : pipe_(std::move(pipe)) {
    if (::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK) != 0) throw system_error("Cannot make a pipe non-blocking");
}

std::string_view LineSource::read() {
    forget_returned();
    const std::size_t partial = buffer_.size();
    buffer_.resize(partial + read_bytes_max);
    const ssize_t length = ::read(pipe_.get(), buffer_.data() + partial, read_bytes_max);
    ended_ = length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
    buffer_.resize(partial + static_cast<std::size_t>(std::max<ssize_t>(length, 0)));

    if (const std::size_t line_feed = buffer_.rfind('\n'); line_feed != std::string::npos)
        returned_ = line_feed + 1;
    else if (buffer_.size() > line_bytes_max || ended_)
        return rest();
    return {buffer_.data(), returned_};
}

std::string_view LineSource::rest() {
    forget_returned();
    if (!buffer_.empty()) buffer_ += '\n';
    returned_ = buffer_.size();
    return buffer_;
}

void LineSource::forget_returned() {
    buffer_.erase(0, std::exchange(returned_, 0));
}

}  // namespace contrail::servers
