#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace contrail::test {

/// An HTTP server that answers as a test says, on threads of its own.
class WebhookReceiver {
public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;
    using Response = boost::beast::http::response<boost::beast::http::string_body>;
    /// Nothing: it never answers, and keeps the connection open.
    using Answer = std::function<std::optional<Response>(const Request& request)>;

    /// `answer` is called for one request at a time. With PEM files it speaks TLS.
    explicit WebhookReceiver(Answer answer, const std::string& cert_file = "",
                             const std::string& key_file = "");
    WebhookReceiver(const WebhookReceiver&) = delete;
    WebhookReceiver& operator=(const WebhookReceiver&) = delete;
    ~WebhookReceiver();

    /// `http://127.0.0.1:1234/hooks`, or `https://…`.
    [[nodiscard]] std::string url() const;

    /// The requests so far.
    [[nodiscard]] std::vector<Request> requests() const;

    [[nodiscard]] std::size_t connections() const;

private:
    void accept();
    template <class Stream>
    void serve(Stream& stream);

    Answer answer_;
    std::optional<boost::asio::ssl::context> tls_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;
    std::vector<Request> requests_;
    std::vector<int> sockets_;
    std::list<std::thread> threads_;
    std::thread accepting_;
};

/// An answer without headers.
WebhookReceiver::Response answer_of(unsigned status, const std::string& body = "");

}  // namespace contrail::test
