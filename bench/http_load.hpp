#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "servers/descriptors.hpp"

namespace contrail::bench {

/// Clients of an HTTP server on this machine. Each keeps its connection, posts the same request, waits for
/// the answer, and posts again. One thread makes one system call per message and parses as little of an
/// answer as possible: its processor time is missing to the server that it measures.
class HttpLoad {
public:
    /// Connects `connections` clients to 127.0.0.1. Throws Error, as run() does.
    HttpLoad(std::uint16_t port, std::size_t connections, std::string request);

    /// Returns when so many requests are answered. Throws Error at an answer other than 201.
    void run(std::uint64_t requests);

private:
    struct Client {
        servers::FileDescriptor socket;
        std::string answer;  ///< Received so far.
    };

    void post(Client& client);
    bool is_answered(Client& client);

    std::string request_;
    servers::FileDescriptor epoll_;
    std::vector<Client> clients_;
};

}  // namespace contrail::bench
