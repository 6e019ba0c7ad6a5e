#include <fcntl.h>
#include <gmock/gmock.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "contrail/error.hpp"
#include "contrail/http.hpp"
#include "integration/rocket_rides/http_client.hpp"
#include "support/wait_until.hpp"

namespace contrail::http {
namespace {

using test::HttpAnswer;
using test::HttpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

/// A server that answers every request with the body that it got.
class Echo {
public:
    explicit Echo(Limits limits = {}, const std::string& host = "127.0.0.1")
        : server_(
              listen(context_, host, 0, "nothing"),
              [](const Request& request) -> boost::asio::awaitable<Response> {
                  co_return Response{Status::ok, request.body()};
              },
              limits),
          port_(server_.port()),
          thread_([this] { context_.run(); }) {}

    ~Echo() {
        post(context_, [this] { server_.stop(); });
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// What it answers to one request, whose connection must end if `ends`.
    [[nodiscard]] HttpAnswer answer(const std::string& request, bool ends) const {
        HttpClient client(port_);
        client.send(request);
        HttpAnswer answer = client.receive();
        EXPECT_TRUE(!ends || client.closed_by_server()) << request;
        return answer;
    }

private:
    boost::asio::io_context context_;
    Server server_;
    std::uint16_t port_;
    std::thread thread_;
};

/// A POST with these header lines. Its body, read as another framing has it, is a request of its own.
std::string post_with(const std::string& headers) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\n" + headers +
           "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace

TEST(HttpServer, RefusesEveryTransferEncodingButChunkedAndReadsNothingAfterIt) {
    const Echo server;
    for (const std::string coding : {"xchunked", "chunked, identity", "gzip, chunked", "identity",
                                     "chunked x", "chunked;q=1", "\"chunked\"", "gzip", ""})
        EXPECT_EQ(server.answer(post_with("Transfer-Encoding: " + coding + "\r\n"), true).status, 501U)
            << coding;
    EXPECT_THAT(server.answer(post_with("Transfer-Encoding: gzip\r\n"), true).body,
                HasSubstr("This server knows no Transfer-Encoding but chunked."));
}

TEST(HttpServer, RefusesABodyWithTwoLengths) {
    const Echo server;
    for (const std::string headers : {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                                      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                                      "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
                                      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                      "Content-Length: 5\r\nContent-Length: 6\r\n"})
        EXPECT_THAT(server.answer(post_with(headers), true).status, testing::AnyOf(400U, 501U)) << headers;
}

TEST(HttpServer, TakesChunksWhateverTheirCase) {
    const Echo server;
    const auto answer = server.answer(
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\nride\r\n0\r\n\r\n",
        false);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "ride");
}

TEST(HttpServer, KnowsNoChunksInHttp10) {
    const Echo server;
    EXPECT_EQ(server.answer("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true).status,
              400U);
}

TEST(HttpServer, TakesNoCompressedBodyAndSaysWhatItTakes) {
    const Echo server;
    for (const std::string coding : {"gzip", "br", "gzip, identity", "identity\r\nContent-Encoding: gzip"}) {
        const auto answer =
            server.answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: " + coding +
                              "\r\nContent-Length: 4\r\n\r\nride",
                          true);
        EXPECT_EQ(answer.status, 415U) << coding;
        EXPECT_THAT(answer.headers, HasSubstr("Accept-Encoding: identity\r\n"));
    }
    EXPECT_EQ(server
                  .answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: identity\r\n"
                          "Content-Length: 4\r\n\r\nride",
                          false)
                  .body,
              "ride");
}

TEST(HttpServer, OfThisMachineAnswersToNoOtherName) {
    const Echo server;
    const auto status = [&](const std::string& host) {
        return server.answer("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", false).status;
    };
    for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:9464", "[::1]", "[::1]:80"})
        EXPECT_EQ(status(host), 200U) << host;
    for (const char* host :
         {"evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7",
          "[2001:db8::1]", "", ":80", "[::1", "localhost@evil.example", "localhost:80@evil.example",
          "localhost:evil.example", "[::1].evil.example", "[::1]evil", "[localhost]", "[127.0.0.1]", "::1"})
        EXPECT_EQ(status(host), 421U) << host;
    EXPECT_EQ(server.answer("GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n", true).status, 421U);
    EXPECT_EQ(server.answer("GET / HTTP/1.1\r\n\r\n", false).status, 400U);
    EXPECT_EQ(server.answer("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", false).status,
              400U);
}

TEST(HttpServer, TakesTheHostOfATargetAsProxiesAskForIt) {
    const Echo server;
    const auto status = [&](const std::string& target) {
        return server.answer("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n", false).status;
    };
    EXPECT_EQ(status("http://localhost:80/rides"), 200U);
    EXPECT_EQ(status("/rides?next=http://evil.example/"), 200U);
    EXPECT_EQ(status("http://evil.example/rides"), 421U);
    EXPECT_EQ(status("http://localhost@evil.example"), 421U);
}

// Behind the body, where no proxy looks.
TEST(HttpServer, TakesNoHeaderFromTrailers) {
    const Echo server;
    const auto answer = [&](const std::string& header, const std::string& trailers) {
        return server.answer("POST / HTTP/1.1\r\n" + header +
                                 "Transfer-Encoding: chunked\r\n\r\n4\r\nride\r\n0\r\n" + trailers + "\r\n",
                             false);
    };
    EXPECT_EQ(answer("", "Host: localhost\r\n").status, 400U);
    const auto taken = answer("Host: localhost\r\n", "Host: evil.example\r\nContent-Encoding: gzip\r\n");
    EXPECT_EQ(taken.status, 200U);
    EXPECT_EQ(taken.body, "ride");
}

TEST(HttpServer, EndsAConnectionWhereverARequestAsksForIt) {
    const Echo server;
    for (const std::string request :
         {"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
          "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"})
        EXPECT_EQ(server.answer(request, true).status, 200U);
}

TEST(HttpServer, AnswersHeadWithoutABodyWhereItRefusesToo) {
    const Echo server;
    HttpClient client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n\r\n");
    EXPECT_EQ(client.receive(/*to_head=*/true).status, 415U);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(HttpServer, PassesOverALineEndBehindABody) {
    const Echo server;
    HttpClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nride\r\n");
    EXPECT_EQ(client.receive().body, "ride");
    EXPECT_EQ(client.get("/").status, 200U);
}

TEST(HttpListen, SaysWhatToDo) {
    boost::asio::io_context context;
    const auto refusal = [&](const std::string& host) -> std::string {
        try {
            listen(context, host, 0, "--port");
        } catch (const Error& error) {
            return error.what();
        }
        return "listens";
    };
    EXPECT_THAT(refusal(""), HasSubstr("Cannot listen on no host."));
    EXPECT_THAT(refusal("192.0.2.1"),
                HasSubstr("this machine has no such address. Name one of its own, such as 127.0.0.1."));
}

TEST(HttpServer, OfANetworkAnswersToAnyName) {
    const Echo server({}, "0.0.0.0");
    EXPECT_EQ(server.answer("GET / HTTP/1.1\r\nHost: api.example\r\n\r\n", false).status, 200U);
}

TEST(HttpServer, ClosesTheConnectionThatWaitsLongestForAnotherOne) {
    const Echo server({.connections_max = 3});
    std::list<HttpClient> half_requests;
    for (int client = 0; client < 10; ++client) {
        half_requests.emplace_back(server.port());
        half_requests.back().send("GET / HTTP/1.1\r\nHos");
    }
    EXPECT_EQ(HttpClient(server.port()).get("/").status, 200U);
    for (auto client = half_requests.begin(); client != std::prev(half_requests.end(), 2); ++client)
        EXPECT_TRUE(client->closed_by_server());
    half_requests.back().send("t: localhost\r\n\r\n");
    EXPECT_EQ(half_requests.back().receive().status, 200U);
}

/// A server of a process that may open no more files.
class HttpServerWithoutDescriptors : public testing::Test {
protected:
    HttpServerWithoutDescriptors() {
        auto logger = std::make_shared<spdlog::logger>("test", lines);
        logger->set_pattern("%v");
        spdlog::set_default_logger(logger);
        ::getrlimit(RLIMIT_NOFILE, &limit_before);
    }
    ~HttpServerWithoutDescriptors() override {
        allow_files();
        spdlog::set_default_logger(logger_before);
    }

    /// Numbers up to the lowest free one stay usable, and all of those are taken.
    void forbid_files() const {
        const base::FileDescriptor lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        rlimit limit = limit_before;
        limit.rlim_cur = static_cast<rlim_t>(lowest_free.get());
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    void allow_files() const { ::setrlimit(RLIMIT_NOFILE, &limit_before); }

    std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> lines =
        std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
    std::shared_ptr<spdlog::logger> logger_before = spdlog::default_logger();
    rlimit limit_before{};
};

TEST_F(HttpServerWithoutDescriptors, SaysSoOnceAndGoesOnWhenItCan) {
    const Echo server;
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket client(context, boost::asio::ip::tcp::v4());
    forbid_files();
    client.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    test::wait_until("the server has failed", [&] { return !lines->last_formatted().empty(); });
    allow_files();
    test::wait_until("the server accepts again", [&] { return lines->last_formatted().size() > 1; });
    EXPECT_EQ(HttpClient(server.port()).get("/").status, 200U);
    const auto said = lines->last_formatted();
    ASSERT_THAT(said, SizeIs(2));
    EXPECT_THAT(said[0],
                AllOf(HasSubstr("Cannot accept a connection: Too many open files (errno 24). The server "
                                "tries again until it can. Raise the limit of open files")));
    EXPECT_THAT(said[1], HasSubstr("accepting connections again"));
}

}  // namespace contrail::http
