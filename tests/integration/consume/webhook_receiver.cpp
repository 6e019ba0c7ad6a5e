#include "integration/consume/webhook_receiver.hpp"

#include <sys/socket.h>

#include <boost/asio/ssl/impl/src.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace contrail::test {

namespace asio = boost::asio;
namespace beast = boost::beast;

WebhookReceiver::WebhookReceiver(Answer answer, const std::string& cert_file, const std::string& key_file)
    : answer_(std::move(answer)),
      acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    if (!cert_file.empty()) {
        tls_.emplace(asio::ssl::context::tls_server);
        tls_->use_certificate_chain_file(cert_file);
        tls_->use_private_key_file(key_file, asio::ssl::context::pem);
    }
    accepting_ = std::thread([this] { accept(); });
}

WebhookReceiver::~WebhookReceiver() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
}

std::string WebhookReceiver::url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") +
           std::to_string(acceptor_.local_endpoint().port()) + "/hooks";
}

std::vector<WebhookReceiver::Request> WebhookReceiver::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

std::size_t WebhookReceiver::connections() const {
    const std::scoped_lock lock(mutex_);
    return sockets_.size();
}

void WebhookReceiver::accept() {
    for (;;) {
        beast::error_code error;
        asio::ip::tcp::socket socket(context_);
        acceptor_.accept(socket, error);
        if (error) return;
        const std::scoped_lock lock(mutex_);
        // The thread's own number: this one stays until the end, so that shutdown() reaches the right socket.
        sockets_.push_back(::dup(socket.native_handle()));
        threads_.emplace_back([this, socket = std::move(socket)]() mutable {
            beast::error_code failure;
            if (!tls_) return serve(socket);
            asio::ssl::stream<asio::ip::tcp::socket> stream(std::move(socket), *tls_);
            stream.handshake(asio::ssl::stream_base::server, failure);
            if (!failure) serve(stream);
        });
    }
}

template <class Stream>
void WebhookReceiver::serve(Stream& stream) {
    beast::flat_buffer buffer;
    beast::error_code error;
    for (;;) {
        Request request;
        beast::http::read(stream, buffer, request, error);
        if (error) return;
        std::optional<Response> response;
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
            response = answer_(request);
        }
        if (!response) continue;
        response->prepare_payload();
        beast::http::write(stream, *response, error);
        if (error) return;
    }
}

WebhookReceiver::Response answer_of(unsigned status, const std::string& body) {
    WebhookReceiver::Response response;
    response.version(11);
    response.result(status);
    response.body() = body;
    return response;
}

}  // namespace contrail::test
