#include "integration/redis/fake_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace contrail::test {

namespace {

using servers::FileDescriptor;
using Buffer = std::array<char, 1U << 16U>;

/// What arrives, as soon as something does; nothing at the end.
std::string_view receive(int from, Buffer& buffer) {
    const ssize_t received = ::recv(from, buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(received > 0 ? received : 0)};
}

/// False: the other side is gone.
bool send(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

FileDescriptor connect_to(const std::string& path) {
    FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to " + path);
    return connection;
}

/// Passes on, in each direction, what `request` and `answer` make of the bytes. Ends with either side, or
/// when one of them returns nothing.
template <class Request, class Answer>
void pass_on(int client, const std::string& path, Request request, Answer answer) {
    const FileDescriptor server = connect_to(path);
    Buffer buffer{};
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server.get(), POLLIN, 0}}};
    while (::poll(ends.data(), ends.size(), -1) > 0) {
        if (ends[0].revents != 0) {
            const std::string bytes = request(std::string(receive(client, buffer)));
            if (bytes.empty() || !send(server.get(), bytes)) return;
        }
        if (ends[1].revents != 0) {
            const std::string_view bytes = answer(receive(server.get(), buffer));
            if (bytes.empty() || !send(client, bytes)) return;
        }
    }
}

constexpr auto as_it_is = [](auto bytes) { return bytes; };

FileDescriptor listen_on_loopback() {
    FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), 16) != 0)
        throw std::runtime_error("cannot listen");
    return listener;
}

}  // namespace

FakeServer::FakeServer(std::vector<Play> plays)
    : listener_(listen_on_loopback()),
      thread_([this, plays = std::move(plays)] {
          for (const Play& play : plays) {
              const FileDescriptor connection(::accept(listener_.get(), nullptr, nullptr));
              if (connection.get() < 0) return;  // shut down
              play(connection.get());
          }
      }) {}

FakeServer::~FakeServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
}

std::string FakeServer::url(const std::string& scheme) const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no address");
    return scheme + "://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

FakeServer::Play FakeServer::answer(const std::string& answer) {
    return [answer](int connection) {
        Buffer buffer{};
        if (!receive(connection, buffer).empty()) send(connection, answer);
    };
}

FakeServer::Play FakeServer::echo() {
    return [](int connection) {
        Buffer buffer{};
        std::string_view received;
        do {
            received = receive(connection, buffer);
        } while (!received.empty() && send(connection, received));
    };
}

FakeServer::Play FakeServer::relay(const std::string& path) {
    return [path](int connection) { pass_on(connection, path, as_it_is, as_it_is); };
}

FakeServer::Play FakeServer::relay(const std::string& path, std::atomic<std::size_t>& answer_bytes) {
    return [path, &answer_bytes](int connection) {
        pass_on(connection, path, as_it_is, [&](std::string_view bytes) {
            answer_bytes += bytes.size();
            return bytes;
        });
    };
}

FakeServer::Play FakeServer::relay_replacing(const std::string& path, const std::string& word,
                                             const std::string& other) {
    return [path, word, other](int connection) {
        const auto replace = [&](std::string bytes) {
            const auto at = bytes.find(word);
            return at == std::string::npos ? bytes : bytes.replace(at, word.size(), other);
        };
        pass_on(connection, path, replace, as_it_is);
    };
}

FakeServer::Play FakeServer::lose_answer(const std::string& path) {
    return [path](int connection) {
        pass_on(connection, path, as_it_is, [](std::string_view) { return std::string_view(); });
    };
}

}  // namespace contrail::test
