#include "dashboard/dashboard.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "dashboard/page_files.hpp"
#include "http/listen.hpp"

namespace contrail::dashboard {

namespace asio = boost::asio;

namespace {

constexpr auto host = "127.0.0.1";

/// How long requests in hand are waited for after a stop.
constexpr std::chrono::seconds stop_wait_max{2};

/// How much of the past a page that is opened learns.
constexpr std::size_t happenings_max = 50;

asio::ip::tcp::acceptor listen(asio::io_context& context, std::optional<std::uint16_t> port,
                               const std::string& port_option) {
    if (port) return http::listen(context, host, *port, port_option);
    try {
        return http::listen(context, host, Dashboard::usual_port, port_option);
    } catch (const Error&) {
        return http::listen(context, host, 0, port_option);
    }
}

std::string_view name(Happening::Kind kind) {
    switch (kind) {
        case Happening::Kind::note:
            return "note";
        case Happening::Kind::good:
            return "good";
        case Happening::Kind::bad:
            return "bad";
    }
    return "";
}

}  // namespace

Dashboard::Dashboard(std::optional<std::uint16_t> port, const std::string& port_option)
    : broadcast_(context_.get_executor(), {}),
      watch_([this](std::vector<Event> events) { show(std::move(events)); }),
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

void Dashboard::add(const Deed& deed) {
    router_.add(
        http::Method::post, '/' + deed.name + "/:id",
        [act = deed.act](const http::Request&, std::string_view id) -> asio::awaitable<http::Response> {
            co_return act(id);
        });
}

void Dashboard::run(const std::stop_token& stop) {
    std::jthread looks([this](const std::stop_token& ended) { watch_.run(ended); });
    {
        const std::stop_callback interrupt(stop, [this] { context_.stop(); });
        context_.run();
    }
    looks.request_stop();
    context_.restart();
    broadcast_.close();
    server_.stop();
    context_.run_for(stop_wait_max);
}

void Dashboard::show(std::vector<Event> events) {
    asio::post(context_, [this, events = std::move(events)] {
        std::string texts;
        for (const Event& event : events) {
            std::string& text = last_seen_[event.name];
            text = http::event_text(event.name, event.data);
            texts += text;
        }
        send(std::move(texts));
    });
}

void Dashboard::tell(Happening happening) {
    const auto at = std::chrono::system_clock::now().time_since_epoch();
    const nlohmann::ordered_json json{
        {"at_ms", std::chrono::duration_cast<std::chrono::milliseconds>(at).count()},
        {"kind", name(happening.kind)},
        {"text", std::move(happening.text)}};
    // What a server says need not be UTF-8.
    const std::string line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    asio::post(context_, [this, text = http::event_text("happened", line)] {
        happened_.push_back(text);
        if (happened_.size() > happenings_max) happened_.pop_front();
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
    for (const std::string& text : happened_) present += text;
    for (const auto& [name, text] : last_seen_) present += text;
    http::Response response = broadcast_.subscribe(std::move(present));
    if (response.next_piece) watch_.somebody_came();
    return response;
}

void Dashboard::send(std::string events) {
    broadcast_.send(std::move(events));
    if (broadcast_.clients() > 0) return;
    last_seen_.clear();  // whoever comes next shall see nothing that is old
    watch_.all_have_left();
}

}  // namespace contrail::dashboard
