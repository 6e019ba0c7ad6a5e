#pragma once

#include <openssl/ssl.h>
#include <poll.h>

#include <memory>
#include <string>

#include "redis/socket.hpp"
#include "redis/url.hpp"

namespace contrail::redis {

/// TLS over a connected descriptor.
class TlsSocket final : public Socket {
public:
    /// Shakes hands. With `tls.verify` the server must present a certificate for `host` that a trusted
    /// authority signed. Throws Error: Retry::never at a certificate or a file that cannot be accepted;
    /// Retry::call at one that has expired, because its renewal needs no change here.
    TlsSocket(base::FileDescriptor descriptor, const std::string& host, const Tls& tls,
              base::Deadline deadline);

    std::size_t send(std::string_view bytes) override;
    std::size_t receive(std::span<char> buffer) override;
    bool wait(bool or_send, base::Deadline deadline) override;

private:
    struct Free {
        void operator()(SSL* session) const noexcept { SSL_free(session); }
    };

    void expect_host(const std::string& host);
    void shake_hands(base::Deadline deadline);
    /// The poll(2) event for which the operation that returned `result` waits; throws if it failed.
    short awaited(int result) const;

    base::FileDescriptor descriptor_;
    std::unique_ptr<SSL, Free> session_;
    // Either direction of TLS may have to wait for the other direction of the descriptor.
    short send_awaits_ = POLLOUT;
    short receive_awaits_ = POLLIN;
};

}  // namespace contrail::redis
