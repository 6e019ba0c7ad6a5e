#include "dashboard/dashboard.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/http.hpp"
#include "dashboard/page_files.hpp"

namespace contrail::dashboard {

namespace asio = boost::asio;

namespace {

constexpr auto host = "127.0.0.1";

/// After a stop, requests in progress have this long to finish.
constexpr std::chrono::seconds stop_wait_max{2};

/// A viewer that joins gets so many events of the past.
constexpr std::size_t events_max = 50;

asio::ip::tcp::acceptor listen(asio::io_context& context, std::optional<std::uint16_t> port,
                               const std::string& port_option) {
    if (port) return http::listen(context, host, *port, port_option);
    try {
        return http::listen(context, host, Dashboard::usual_port, port_option);
    } catch (const Error&) {
        return http::listen(context, host, 0, port_option);
    }
}

std::string_view name(Event::Kind kind) {
    switch (kind) {
        case Event::Kind::note:
            return "note";
        case Event::Kind::good:
            return "good";
        case Event::Kind::bad:
            return "bad";
    }
    return "";
}

}  // namespace

Dashboard::Dashboard(std::optional<std::uint16_t> port, const std::string& port_option)
    : broadcast_(context_.get_executor(), {}),
      poller_([this](std::vector<Message> messages) { show(std::move(messages)); }),
      server_(listen(context_, port, port_option),
              [this](const http::Request& request) { return answer(request); }),
      port_(server_.port()),
      address_(std::string("http://") + host + ':' + std::to_string(port_)),
      guard_(port_) {
    add_page_files(router_);
    router_.add(http::Method::get, "/about",
                [this](const http::Request&, std::string_view) -> asio::awaitable<http::Response> {
                    co_return http::Response{.body = about_};
                });
    router_.add(http::Method::get, "/events",
                [this](const http::Request&, std::string_view) -> asio::awaitable<http::Response> {
                    co_return begin_events();
                });
}

void Dashboard::set_about(const std::string& json) {
    auto about = nlohmann::ordered_json::parse(json);
    about["token"] = guard_.token();
    about_ = about.dump();
}

void Dashboard::add_file(std::string_view name, std::string_view text) {
    add_page_file(router_, name, text);
}

void Dashboard::add(const Action& action) {
    router_.add(
        http::Method::post, '/' + action.name + "/:id",
        [act = action.act](const http::Request&, std::string_view id) -> asio::awaitable<http::Response> {
            co_return act(id);
        });
}

void Dashboard::run(const std::stop_token& stop) {
    std::jthread polls([this](const std::stop_token& ended) { poller_.run(ended); });
    {
        const std::stop_callback interrupt(stop, [this] { context_.stop(); });
        context_.run();
    }
    polls.request_stop();
    context_.restart();
    broadcast_.close();
    server_.stop();
    context_.run_for(stop_wait_max);
}

void Dashboard::show(std::vector<Message> messages) {
    asio::post(context_, [this, messages = std::move(messages)] {
        std::string texts;
        for (const Message& message : messages) {
            std::string& text = newest_messages_[message.name];
            text = http::event_text(message.name, message.data);
            texts += text;
        }
        send(std::move(texts));
    });
}

void Dashboard::tell(Event event) {
    const auto at = std::chrono::system_clock::now().time_since_epoch();
    const nlohmann::ordered_json json{
        {"at_ms", std::chrono::duration_cast<std::chrono::milliseconds>(at).count()},
        {"kind", name(event.kind)},
        {"text", std::move(event.text)}};
    // Texts of servers need not be UTF-8.
    const std::string line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    asio::post(context_, [this, text = http::event_text("event", line)] {
        newest_events_.push_back(text);
        if (newest_events_.size() > events_max) newest_events_.pop_front();
        send(text);
    });
}

asio::awaitable<http::Response> Dashboard::answer(const http::Request& request) {
    std::optional<http::Response> response = guard_.refusal(request);
    if (!response) response = co_await router_(request);
    response->headers += protective_headers();
    co_return std::move(*response);
}

http::Response Dashboard::begin_events() {
    std::string present;
    for (const std::string& text : newest_events_) present += text;
    for (const auto& [name, text] : newest_messages_) present += text;
    http::Response response = broadcast_.subscribe(std::move(present));
    if (response.next_piece) poller_.viewer_joined();
    return response;
}

void Dashboard::send(std::string texts) {
    broadcast_.send(std::move(texts));
    if (broadcast_.clients() > 0) return;
    newest_messages_.clear();  // polling ends here; the next viewer must not see stale data
    poller_.viewers_left();
}

}  // namespace contrail::dashboard
