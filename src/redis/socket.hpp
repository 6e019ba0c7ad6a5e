#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace contrail::redis {

/// A connected stream of bytes in both directions. Only wait() waits, so that one thread can go on sending
/// and receiving, whichever the other side is ready for.
///
/// Errors  Throws Error, Retry::call if the connection is lost: only its user knows whether something that
///         was sent is then in doubt. After an error the socket is of no more use.
class Socket {
public:
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    virtual ~Socket() = default;

    /// Sends from the beginning of `bytes` what goes without waiting; returns how many bytes. Where it
    /// returns less than all, the next call must begin with those that are left.
    virtual std::size_t send(std::string_view bytes) = 0;

    /// Fills the beginning of `buffer` with what is there; returns how many bytes, 0 if none is there yet.
    virtual std::size_t receive(std::span<char> buffer) = 0;

    /// Waits until receive(), or with `or_send` send(), may get on. False: the deadline passed.
    [[nodiscard]] virtual bool wait(bool or_send, base::Deadline deadline) = 0;
};

}  // namespace contrail::redis
