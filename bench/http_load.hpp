#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "servers/descriptors.hpp"

namespace contrail::bench {

/// Clients of an HTTP server on this machine: each has a connection that it keeps, posts one and the same
/// request, waits for the answer, and posts again. One thread, one system call for each message, and as
/// little looking at answers as will do: what it costs is taken from the server that it measures.
class HttpLoad {
public:
    /// Connects `connections` clients to 127.0.0.1. Throws Error, as run() does.
    HttpLoad(std::uint16_t port, std::size_t connections, std::string request);

    /// Has so many requests answered. Throws Error at an answer other than 201.
    void run(std::uint64_t requests);

private:
    struct Client {
        servers::FileDescriptor socket;
        std::string answer;  ///< What has come of it.
    };

    void post(Client& client);
    bool is_answered(Client& client);

    std::string request_;
    servers::FileDescriptor epoll_;
    std::vector<Client> clients_;
};

}  // namespace contrail::bench
