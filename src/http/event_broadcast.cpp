#include "http/event_broadcast.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <utility>

namespace contrail::http {

namespace asio = boost::asio;

namespace {

using Text = std::shared_ptr<const std::string>;

}  // namespace

std::string event_text(std::string_view name, std::string_view data) {
    std::string text;
    text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    return text;
}

/// What waits for one client.
class EventBroadcast::Client {
public:
    Client(const asio::any_io_executor& executor, const Limits& limits) : limits_(limits), wake_(executor) {}

    void add(const Text& events) {
        waiting_bytes_ += events->size();
        waiting_.push_back(events);
        if (waiting_bytes_ > limits_.waiting_bytes_max) {
            waiting_.clear();
            end();
        }
        wake_.cancel();
    }

    void end() {
        ended_ = true;
        wake_.cancel();
    }

    asio::awaitable<Text> next() {
        static const Text still_here = std::make_shared<const std::string>(":\n\n");
        if (waiting_.empty() && !ended_) {
            boost::system::error_code cancelled;
            wake_.expires_after(limits_.silence_max);
            co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
            if (!cancelled) co_return still_here;
        }
        if (waiting_.empty()) co_return nullptr;
        Text events = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= events->size();
        co_return events;
    }

private:
    const Limits& limits_;
    asio::steady_timer wake_;
    std::deque<Text> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool ended_ = false;
};

EventBroadcast::EventBroadcast(asio::any_io_executor executor, Limits limits)
    : executor_(std::move(executor)),
      limits_(limits) {}

EventBroadcast::~EventBroadcast() = default;

Response EventBroadcast::subscribe(std::string first) {
    if (closed_ || clients() >= limits_.clients_max)
        return error_response(Status::service_unavailable,
                              closed_ ? "The service ends." : "Too many are watching. Close another page.",
                              "Retry-After: 5\r\n");
    std::erase_if(clients_, [](const auto& client) { return client.expired(); });
    const auto client = std::make_shared<Client>(executor_, limits_);
    clients_.push_back(client);
    return {.body = std::move(first), .content_type = "text/event-stream", .next_piece = [client] {
                return client->next();
            }};
}

void EventBroadcast::send(std::string events) {
    const Text text = std::make_shared<const std::string>(std::move(events));
    for (const auto& each : clients_)
        if (const auto client = each.lock()) client->add(text);
}

std::size_t EventBroadcast::clients() const {
    std::size_t count = 0;
    for (const auto& client : clients_)
        if (!client.expired()) ++count;
    return count;
}

void EventBroadcast::close() {
    closed_ = true;
    for (const auto& each : clients_)
        if (const auto client = each.lock()) client->end();
}

}  // namespace contrail::http
