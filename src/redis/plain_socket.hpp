#pragma once

#include "redis/socket.hpp"

namespace contrail::redis {

/// TCP or a unix socket, as it is.
class PlainSocket final : public Socket {
public:
    explicit PlainSocket(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

    std::size_t send(std::string_view bytes) override;
    std::size_t receive(std::span<char> buffer) override;
    bool wait(bool or_send, Deadline deadline) override;

private:
    FileDescriptor descriptor_;
};

}  // namespace contrail::redis
