#pragma once

#include "redis/socket.hpp"

namespace contrail::redis {

/// TCP or a unix socket, without encryption.
class PlainSocket final : public Socket {
public:
    explicit PlainSocket(base::FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

    std::size_t send(std::string_view bytes) override;
    std::size_t receive(std::span<char> buffer) override;
    bool wait(bool or_send, base::Deadline deadline) override;

private:
    base::FileDescriptor descriptor_;
};

}  // namespace contrail::redis
