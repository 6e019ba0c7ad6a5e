#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/http.hpp"

namespace contrail::http {

/// One server-sent event as it travels. `data` is one line.
std::string event_text(std::string_view name, std::string_view data);

/// Server-sent events to all who listen. Each event is one text, however many they are.
///
/// A client that is slow, or gone, holds up no other: what it has not taken waits, and when that is too much
/// its stream ends. A browser then connects again by itself, and begins with the present state.
///
/// Lifetime  Must outlive the server's sessions.
/// Threads   All calls on the thread that runs the executor.
class EventBroadcast {
public:
    struct Limits {
        std::size_t clients_max = 16;
        /// What may wait for one client.
        std::size_t waiting_bytes_max = 1 << 18;
        /// After so long without an event a comment is sent, so that one who left is noticed.
        std::chrono::milliseconds silence_max{10'000};
    };

    EventBroadcast(boost::asio::any_io_executor executor, Limits limits);
    ~EventBroadcast();

    /// Answers with a stream that begins with `first` (whole events, or nothing); with 503 if there are too
    /// many clients, or after close().
    Response subscribe(std::string first);

    /// Sends whole events to all.
    void send(std::string events);

    /// Those whose stream has not ended.
    [[nodiscard]] std::size_t clients() const;

    /// Ends all streams, when what waits for them is sent.
    void close();

private:
    class Client;

    boost::asio::any_io_executor executor_;
    Limits limits_;
    std::vector<std::weak_ptr<Client>> clients_;
    bool closed_ = false;
};

}  // namespace contrail::http
