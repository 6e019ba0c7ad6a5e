#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

/// A small HTTP/1.1 server on Boost.Asio and Beast: the one behind Admin and the dashboard, for services that
/// bring no web framework of their own. It knows nothing of logs.
///
///     namespace http = contrail::http;
///     boost::asio::io_context context;
///     http::Router router;
///     router.add(http::Method::get, "/orders/:id", show_order);
///     http::Server server(http::listen(context, "127.0.0.1", 8080, "--port"), std::ref(router));
///     context.run();
///
/// Needs contrail::http to be linked.
namespace contrail::http {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Method = boost::beast::http::verb;
using Status = boost::beast::http::status;

/// Gives the next piece of a body that is made while it is sent; null after the last one. A server that stops
/// waits for the end, so its owner ends such bodies first.
using NextPiece = std::function<boost::asio::awaitable<std::shared_ptr<const std::string>>()>;

/// An answer, before it is written as HTTP.
struct Response {
    Status status = Status::ok;
    std::string body;
    std::string headers{};  ///< Lines beyond the usual ones, each ended by "\r\n".
    /// Must outlive the response: a literal.
    std::string_view content_type = "application/json";
    /// If set, these pieces follow `body`, and the connection ends after the last one. Destroyed when the
    /// client leaves, or takes longer over a piece than the limits allow.
    NextPiece next_piece{};
};

/// `{"error": message}`.
Response error_response(Status status, std::string_view message, std::string headers = {});

/// Answers one request, which stays valid until then. It must not throw what a client can cause: an exception
/// is logged, and answered with 500.
using Handler = std::function<boost::asio::awaitable<Response>(const Request& request)>;

/// Finds what answers a request: by path first, then by method. Answers 404 if there is no such path, and 405
/// if the path does not take the method.
///
/// A path is literal, or ends in `/:id`, which stands for one segment that is not empty. The query is
/// ignored. HEAD is answered as GET. A route that throws Halt (contrail/http_parameters.hpp) has it answered.
class Router {
public:
    /// `id` is the segment that `:id` stands for, else empty. Both stay valid until the answer.
    using Route =
        std::function<boost::asio::awaitable<Response>(const Request& request, std::string_view id)>;

    void add(Method method, std::string_view path, Route route);

    /// Is a Handler. The router must outlive the coroutine.
    boost::asio::awaitable<Response> operator()(const Request& request) const;

private:
    struct Entry {
        Method method;
        std::string prefix;  ///< The path, without a final ":id".
        bool takes_id;
        Route route;
    };

    std::vector<Entry> entries_;
};

/// What a client may ask of a server. A client that asks for more gets an error, and loses its connection.
struct Limits {
    std::uint32_t header_bytes_max = 8'192;
    std::uint64_t body_bytes_max = 16'384;
    /// From a request's first byte to its last; also how long a client may take to fetch its answer.
    std::chrono::milliseconds transfer_wait_max{10'000};
    /// From an answer to the first byte of the next request.
    std::chrono::milliseconds idle_wait_max{75'000};
    /// Open connections. When one more client comes, the server closes the connection that has waited longest for
    /// its client. 0: as many as this process may open files, less a reserve for its own work.
    std::size_t connections_max = 0;
};

/// A socket that listens on `host` (a name or an address) and `port` (0: any free one). Throws Error
/// (Retry::never) if that fails; its message says that `port_option` sets the port.
boost::asio::ip::tcp::acceptor listen(boost::asio::io_context& context, const std::string& host,
                                      std::uint16_t port, const std::string& port_option);

class Session;

/// Accepts connections and serves all of them on one thread. Connections stay open between requests, which
/// may be pipelined.
///
/// Refuses by itself  A body in any Transfer-Encoding but `chunked`, or with a Content-Encoding. On a loopback
///                    address also a Host that does not name this machine's loopback.
/// Lifetime           Must live until its io_context has run out of work or will not run again; so must what
///                    the handler uses.
/// Threads            All calls on the thread that runs the io_context, or before it runs.
class Server {
public:
    /// Serves while the io_context of `acceptor` runs. `acceptor` listens already.
    Server(boost::asio::ip::tcp::acceptor acceptor, Handler handler, Limits limits = {});

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    /// Accepts no more connections. Answers the requests that it has received; then its sessions end, and the
    /// io_context has nothing left to do.
    void stop();

private:
    using Sessions = std::unordered_set<std::shared_ptr<Session>>;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    boost::asio::awaitable<void> watch();
    void begin(boost::asio::ip::tcp::socket socket);
    [[nodiscard]] bool is_full() const;
    /// The session that has waited longest for its client; the end of `sessions_` if none waits.
    Sessions::iterator longest_waiting();
    void drop_longest_waiting();
    void end(const std::shared_ptr<Session>& session);

    boost::asio::ip::tcp::acceptor acceptor_;
    Handler handler_;
    Limits limits_;
    bool on_loopback_;
    boost::asio::steady_timer watch_timer_;
    Sessions sessions_;
    bool stopping_ = false;
};

}  // namespace contrail::http
