#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/file_descriptor.hpp"
#include "contrail/error.hpp"
#include "redis/command.hpp"
#include "redis/reply.hpp"
#include "redis/socket.hpp"
#include "redis/url.hpp"

namespace contrail::redis {

/// How long to wait for Redis.
struct Timeouts {
    /// To be connected, TLS included.
    std::chrono::milliseconds connect{5'000};
    /// For the next bytes, in either direction, beyond what a command takes by its own terms. Only silence
    /// counts: a large reply on a slow line takes as long as it takes.
    std::chrono::milliseconds reply{5'000};
};

/// What is left until `deadline`; a millisecond if that has passed.
std::chrono::milliseconds remaining(base::Deadline deadline);

/// Sends commands to a Redis server, and receives its replies, which come in the same order.
///
/// Errors  Throws Error. Then close(), and open() a fresh connection: which reply belongs to which command is
///         no longer known.
class Connection {
public:
    Connection(Endpoint endpoint, Timeouts timeouts);

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

    /// Connects and logs in, unless that is done.
    void open();
    void close() noexcept { session_.reset(); }
    [[nodiscard]] bool is_open() const noexcept { return session_ != nullptr; }

    // The rest is for an open connection only.

    /// Sends encoded commands (command.hpp), all of them. Takes in replies while nothing can be sent: if both
    /// sides only sent, both would wait for ever as soon as the buffers between them are full.
    ///
    /// Does not throw when the connection is lost; receive() does that, after the replies that came before.
    /// The last of them may be Redis's reason to close it ("max number of clients reached").
    void send(std::string_view commands);

    /// Waits for the next reply; it is valid until the next call. An error reply is a reply.
    /// `beyond`: how long its command may take by its own terms.
    const Reply& receive(std::chrono::milliseconds beyond);

    /// As receive(), but an array comes without its elements, which are the replies that follow. Takes no
    /// more from the socket than it needs for that, give or take a buffer's length.
    const Reply& receive_head(std::chrono::milliseconds beyond);

    /// Sends a command and waits for its reply. Throws Error if that is one.
    template <class... Arguments>
    const Reply& ask(const Arguments&... command) {
        std::string bytes;
        add_command(bytes, command...);
        send(bytes);
        return expect_success(receive(std::chrono::milliseconds(0)));
    }

private:
    struct Session {
        explicit Session(std::unique_ptr<Socket> connected) : socket(std::move(connected)) {}

        std::unique_ptr<Socket> socket;
        std::string_view unsent;    ///< What is left of the commands that send() sends.
        std::optional<Error> lost;  ///< Why no more can be sent.
        ReplyReader replies;
    };

    static const Reply& expect_success(const Reply& reply);
    void log_in();
    const Reply& receive(const Reply* (ReplyReader::*next)(), std::chrono::milliseconds beyond);
    void exchange(std::chrono::milliseconds patience);
    std::size_t send_some();
    std::size_t receive_some();

    Endpoint endpoint_;
    Timeouts timeouts_;
    std::unique_ptr<Session> session_;
};

}  // namespace contrail::redis
