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

#include "dashboard/guard.hpp"
#include "dashboard/happening.hpp"
#include "dashboard/watch.hpp"
#include "http/event_broadcast.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace contrail::dashboard {

/// Something that the page may ask for: POST /<name>/:id.
struct Deed {
    std::string name;
    /// Called on the thread of run() with the id; must not wait. Returns the answer.
    std::function<http::Response(std::string_view id)> act;
};

/// The page, served on the loopback: its files, and what it shows, as server-sent events.
///
///     GET /          the page
///     GET /about     what this installation is and allows, as JSON; with the token for every POST
///     GET /events    what is seen and what happens
///
/// Cost     Looks are taken only while somebody watches, and once for all who do.
/// Threads  run() keeps its thread, and has one more for the looks. show() and tell() are for any thread.
class Dashboard {
public:
    /// The port that it has if none is asked for, and nobody else has it.
    static constexpr std::uint16_t usual_port = 5006;

    /// Listens; connections wait until run() is called. `port`: nothing takes the usual one, or any other
    /// if that is taken. Throws Error (Retry::never) if it cannot; `port_option` names what sets it.
    Dashboard(std::optional<std::uint16_t> port, const std::string& port_option);

    /// `http://127.0.0.1:5006`.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    // Before run():

    /// What the page is told about this installation: one JSON object.
    void set_about(const std::string& json);
    void add(Look look) { watch_.add(std::move(look)); }
    void add(const Deed& deed);

    /// Serves until `stop` is requested.
    void run(const std::stop_token& stop);

    // While it runs, too:

    void show(std::vector<Event> events);
    void tell(Happening happening);
    /// Looks at once instead of after the usual pause.
    void look_now() { watch_.look_now(); }

private:
    boost::asio::awaitable<http::Response> answer(const http::Request& request);
    http::Response begin_events();
    void send(std::string events);

    boost::asio::io_context context_{1};
    http::Router router_;
    http::EventBroadcast broadcast_;
    Watch watch_;
    std::map<std::string, std::string> last_seen_;  ///< The newest event of each name, as it was sent.
    std::deque<std::string> happened_;              ///< The last happenings, oldest first.
    http::Server server_;
    std::uint16_t port_;
    std::string address_;
    Guard guard_;
    std::string about_ = "{}";
};

}  // namespace contrail::dashboard
