#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contrail/http.hpp"
#include "dashboard/event.hpp"
#include "dashboard/guard.hpp"
#include "dashboard/poller.hpp"
#include "http/event_broadcast.hpp"

namespace contrail::dashboard {

/// What a button of the page may ask for: POST /<name>/:id.
struct Action {
    std::string name;
    /// Called with the id on the thread of run(). Must not wait. Returns the answer.
    std::function<http::Response(std::string_view id)> act;
};

/// The page, served on the loopback: its files, and its data as server-sent events.
///
///     GET /          the page
///     GET /about     this installation and what it allows, as JSON, with the token for every POST
///     GET /events    messages of the polls, and events
///
/// Extension  A program may extend the page: add_file() adds its own files, and the member `extension` of
///            set_about() names the script among them that the page loads; see web/main.js.
/// Cost       It polls only while the page has viewers, and once for all of them.
/// Threads    run() keeps its thread and starts one more for the polls. Any thread may call show(), tell()
///            and poll_now(); the rest belongs to one thread, before run().
class Dashboard {
public:
    /// The port if none is asked for and this one is free.
    static constexpr std::uint16_t usual_port = 5006;

    /// Listens; connections wait until run(). Without `port` it takes the usual one, or any free one if that
    /// is taken. Throws Error (Retry::never) if it cannot listen; the message names `port_option`.
    Dashboard(std::optional<std::uint16_t> port, const std::string& port_option);

    /// `http://127.0.0.1:5006`.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// What GET /about answers: one JSON object. The page shows `stream`, the name of the log.
    void set_about(const std::string& json);
    /// Adds a file to those of the page: GET /<name>. Both texts must outlive the dashboard.
    void add_file(std::string_view name, std::string_view text);
    void add(Poll poll) { poller_.add(std::move(poll)); }
    void add(const Action& action);

    /// Serves until `stop` is requested.
    void run(const std::stop_token& stop);

    /// Sends messages to all viewers, and to later ones the newest of each name.
    void show(std::vector<Message> messages);
    /// Sends an event to all viewers. A viewer that joins later gets the last 50.
    void tell(Event event);
    /// Polls now instead of after the usual pause.
    void poll_now() { poller_.poll_now(); }

private:
    boost::asio::awaitable<http::Response> answer(const http::Request& request);
    http::Response begin_events();
    void send(std::string texts);

    boost::asio::io_context context_{1};
    http::Router router_;
    http::EventBroadcast broadcast_;
    Poller poller_;
    std::map<std::string, std::string> newest_messages_;  ///< By name, as sent.
    std::deque<std::string> newest_events_;               ///< As sent, oldest first.
    http::Server server_;
    std::uint16_t port_;
    std::string address_;
    Guard guard_;
    std::string about_ = "{}";
};

}  // namespace contrail::dashboard
