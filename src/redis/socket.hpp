#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace contrail::redis {

/// A connected stream of bytes in both directions. Only wait() waits, so one thread can send and receive,
/// whichever the other side is ready for.
///
/// Errors  Throws Error, Retry::call if the connection is lost: only the caller knows whether something that
///         it sent is then in doubt. After an error the socket cannot be used any more.
class Socket {
public:
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    virtual ~Socket() = default;

    /// Sends what goes without waiting, from the beginning of `bytes`. Returns how many bytes. If those are
    /// not all, the next call must begin with the rest.
    virtual std::size_t send(std::string_view bytes) = 0;

    /// Fills the beginning of `buffer` with what is there; returns how many bytes, 0 if none is there yet.
    virtual std::size_t receive(std::span<char> buffer) = 0;

    /// Waits until receive() may get something, or with `or_send` until send() may. False: the deadline
    /// passed.
    [[nodiscard]] virtual bool wait(bool or_send, base::Deadline deadline) = 0;
};

}  // namespace contrail::redis
