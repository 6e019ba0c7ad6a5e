#include "http_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <sstream>

#include "ride.hpp"

namespace contrail::test {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

HttpClient::HttpClient(std::uint16_t port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    const timeval wait_max{.tv_sec = 300, .tv_usec = 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &wait_max, sizeof wait_max);
}

void HttpClient::send(std::string_view bytes) {
    asio::write(socket_, asio::buffer(bytes));
}

HttpAnswer HttpClient::receive(bool to_head) {
    beast_http::response_parser<beast_http::string_body> parser;
    parser.skip(to_head);
    beast_http::read(socket_, received_, parser);
    std::ostringstream headers;
    for (const auto& header : parser.get())
        headers << header.name_string() << ": " << header.value() << "\r\n";
    return {parser.get().result_int(), headers.str(), parser.get().body()};
}

bool HttpClient::closed_by_server() {
    char byte = 0;
    boost::system::error_code error;
    socket_.read_some(asio::buffer(&byte, 1), error);
    return error == asio::error::eof && received_.size() == 0;
}

HttpAnswer HttpClient::get(std::string_view path) {
    send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return receive();
}

HttpAnswer HttpClient::post(std::string_view path, std::string_view form) {
    send(http_post(path, "application/x-www-form-urlencoded", form));
    return receive();
}

HttpAnswer HttpClient::post_ride(double distance) {
    return post("/rides", "distance=" + rocket_rides::distance_text(distance));
}

std::string http_request(std::string_view method, std::string_view path, std::string_view content_type,
                         std::string_view body) {
    std::ostringstream request;
    request << method << ' ' << path << " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " << body.size()
            << "\r\n";
    if (!content_type.empty()) request << "Content-Type: " << content_type << "\r\n";
    request << "\r\n" << body;
    return request.str();
}

std::string http_post(std::string_view path, std::string_view content_type, std::string_view body) {
    return http_request("POST", path, content_type, body);
}

}  // namespace contrail::test
