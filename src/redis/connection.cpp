#include "redis/connection.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "redis/connect.hpp"
#include "redis/errors.hpp"
#include "redis/plain_socket.hpp"
#include "redis/tls_socket.hpp"

namespace contrail::redis {

namespace {

std::unique_ptr<Socket> connect(const Endpoint& endpoint, base::Deadline deadline) {
    base::FileDescriptor descriptor = connect_to(endpoint, deadline);
    if (!endpoint.tls) return std::make_unique<PlainSocket>(std::move(descriptor));
    return std::make_unique<TlsSocket>(std::move(descriptor), endpoint.host, *endpoint.tls, deadline);
}

}  // namespace

std::chrono::milliseconds remaining(base::Deadline deadline) {
    using std::chrono::milliseconds;
    const auto left = deadline - std::chrono::steady_clock::now();
    return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds(1));
}

Connection::Connection(Endpoint endpoint, Timeouts timeouts)
    : endpoint_(std::move(endpoint)),
      timeouts_(timeouts) {}

void Connection::open() {
    if (session_) return;
    const base::Deadline deadline = std::chrono::steady_clock::now() + timeouts_.connect;
    session_ = std::make_unique<Session>(connect(endpoint_, deadline));
    log_in();
}

const Reply& Connection::expect_success(const Reply& reply) {
    if (reply.is_error()) throw error_of_reply(reply.text);
    return reply;
}

void Connection::log_in() {
    if (endpoint_.password && endpoint_.user.empty()) {
        ask("AUTH", *endpoint_.password);  // the one form that Redis 5 knows
    } else if (endpoint_.password) {
        ask("AUTH", endpoint_.user, *endpoint_.password);
    }
    if (endpoint_.database != 0) ask("SELECT", std::uint64_t{endpoint_.database});
}

void Connection::send(std::string_view commands) {
    session_->unsent = commands;
    try {
        while (!session_->lost && !session_->unsent.empty()) exchange(timeouts_.reply);
    } catch (const Error& error) {
        session_->lost = error;
    }
    session_->unsent = {};
}

const Reply& Connection::receive(std::chrono::milliseconds beyond) {
    return receive(&ReplyReader::next, beyond);
}

const Reply& Connection::receive_head(std::chrono::milliseconds beyond) {
    return receive(&ReplyReader::next_head, beyond);
}

const Reply& Connection::receive(const Reply* (ReplyReader::*next)(), std::chrono::milliseconds beyond) {
    for (;;) {
        if (const Reply* const reply = (session_->replies.*next)()) return *reply;
        if (session_->lost) throw Error(*session_->lost);
        exchange(timeouts_.reply + beyond);
    }
}

/// Sends; if nothing goes out, receives; if nothing comes in either, waits until something may.
void Connection::exchange(std::chrono::milliseconds patience) {
    if (send_some() > 0 || receive_some() > 0) return;
    const bool or_send = !session_->unsent.empty();
    if (!session_->socket->wait(or_send, std::chrono::steady_clock::now() + patience))
        throw Error(Retry::call,
                    "did not reply within " + std::to_string(patience.count()) +
                        " ms. See whether it runs, whether a slow command keeps it busy (SLOWLOG GET), and "
                        "whether the network to it works.");
}

std::size_t Connection::send_some() {
    if (session_->unsent.empty()) return 0;
    const std::size_t sent = session_->socket->send(session_->unsent);
    session_->unsent.remove_prefix(sent);
    return sent;
}

std::size_t Connection::receive_some() {
    const std::size_t received = session_->socket->receive(session_->replies.room());
    session_->replies.received(received);
    return received;
}

}  // namespace contrail::redis
