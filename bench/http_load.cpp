#include "bench/http_load.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "bench/loopback.hpp"
#include "contrail/error.hpp"
#include "servers/system_error.hpp"

namespace contrail::bench {

namespace {

/// Longest wait for an answer.
constexpr int patience_ms = 30'000;

/// Bytes of the whole answer; 0 while its head is incomplete.
std::size_t answer_bytes(std::string_view answer) {
    constexpr std::string_view head_end = "\r\n\r\n";
    constexpr std::string_view length_name = "Content-Length: ";
    const auto end = answer.find(head_end);
    if (end == std::string_view::npos) return 0;
    std::size_t body = 0;
    if (const auto at = answer.find(length_name); at < end) {
        const char* const digits = answer.data() + at + length_name.size();
        std::from_chars(digits, answer.data() + end, body);
    }
    return end + head_end.size() + body;
}

}  // namespace

HttpLoad::HttpLoad(std::uint16_t port, std::size_t connections, std::string request)
    : request_(std::move(request)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < connections; ++i) {
        clients_.push_back({connect_to_loopback(port), {}});
        epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients_.back().socket.get(), &event) != 0)
            throw servers::system_error("Cannot watch a connection");
    }
}

void HttpLoad::run(std::uint64_t requests) {
    std::uint64_t posted = 0;
    for (Client& client : clients_) {
        if (posted == requests) break;
        post(client);
        ++posted;
    }
    std::array<epoll_event, 64> events{};
    for (std::uint64_t answered = 0; answered < requests;) {
        const int ready = ::epoll_wait(epoll_.get(), events.data(), events.size(), patience_ms);
        if (ready <= 0) throw servers::system_error("Cannot measure the API: no answer for half a minute");
        for (std::size_t i = 0; i < static_cast<std::size_t>(ready); ++i) {
            Client& client = clients_[events.at(i).data.u64];
            if (!is_answered(client)) continue;
            ++answered;
            if (posted == requests) continue;
            post(client);
            ++posted;
        }
    }
}

void HttpLoad::post(Client& client) {
    client.answer.clear();
    const ssize_t sent = ::send(client.socket.get(), request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request_.size())) throw servers::system_error("Cannot post to the API");
}

bool HttpLoad::is_answered(Client& client) {
    std::array<char, 4096> buffer{};
    const ssize_t received = ::recv(client.socket.get(), buffer.data(), buffer.size(), 0);
    if (received <= 0) throw servers::system_error("Cannot measure the API: it closed the connection");
    client.answer.append(buffer.data(), static_cast<std::size_t>(received));
    const std::size_t bytes = answer_bytes(client.answer);
    if (bytes == 0 || client.answer.size() < bytes) return false;
    if (!client.answer.starts_with("HTTP/1.1 201"))
        throw Error(Retry::never, "Cannot measure the API: it answered " + client.answer);
    return true;
}

}  // namespace contrail::bench
