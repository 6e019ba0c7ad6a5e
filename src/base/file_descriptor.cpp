#include "base/file_descriptor.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::base {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

int FileDescriptor::release() noexcept {
    return std::exchange(number_, -1);
}

void FileDescriptor::close() noexcept {
    if (number_ >= 0) ::close(release());
}

bool FileDescriptor::wait(short events, Deadline deadline) const {
    using std::chrono::milliseconds;
    pollfd watched{number_, events, 0};
    for (;;) {
        // Rounded up: rounded down, the last fraction of a millisecond would be spent in a busy loop.
        const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
        const auto timeout_ms = std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(1)));
        const int ready = ::poll(&watched, 1, static_cast<int>(timeout_ms.count()));
        if (ready > 0) return true;
        if (ready == 0 && left <= timeout_ms) return false;
        if (ready < 0 && errno != EINTR)
            throw Error(Retry::call, "cannot be waited for: " + std::system_category().message(errno) + '.');
    }
}

}  // namespace contrail::base
