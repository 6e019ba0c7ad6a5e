#include "http/event_broadcast.hpp"

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "contrail/http.hpp"
#include "event_client.hpp"
#include "integration/rocket_rides/http_client.hpp"
#include "support/wait_until.hpp"

namespace contrail::http {
namespace {

using namespace std::chrono_literals;
using test::EventClient;
using test::HttpClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A server that answers everybody with one broadcast.
class Broadcasting {
public:
    explicit Broadcasting(EventBroadcast::Limits limits = {}, Limits of_the_server = {})
        : broadcast_(context_.get_executor(), limits),
          server_(
              listen(context_, "127.0.0.1", 0, "nothing"),
              [this](const Request&) -> boost::asio::awaitable<Response> {
                  co_return broadcast_.subscribe("event: first\ndata: 1\n\n");
              },
              of_the_server),
          port_(server_.port()),
          thread_([this] { context_.run(); }) {}

    ~Broadcasting() {
        on_its_thread([this] {
            broadcast_.close();
            server_.stop();
        });
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void send(std::string events) {
        on_its_thread([&] { broadcast_.send(std::move(events)); });
    }
    void close() {
        on_its_thread([this] { broadcast_.close(); });
    }
    std::size_t clients() {
        std::size_t count = 0;
        on_its_thread([&] { count = broadcast_.clients(); });
        return count;
    }

private:
    template <class Work>
    void on_its_thread(Work work) {
        std::promise<void> done;
        boost::asio::post(context_, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

    boost::asio::io_context context_{1};
    EventBroadcast broadcast_;
    Server server_;
    std::uint16_t port_;
    std::thread thread_;
};

TEST(EventText, IsANameALineAndAnEmptyOne) {
    EXPECT_EQ(event_text("status", "{}"), "event: status\ndata: {}\n\n");
}

TEST(EventBroadcastTest, BeginsWithThePresentStateInAStreamWithoutALength) {
    Broadcasting page;
    EventClient client(page.port());
    const std::string& answer = client.until("event: first\ndata: 1\n\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: text/event-stream\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST(EventBroadcastTest, TellsAllWhoListenInOrder) {
    Broadcasting page;
    EventClient one(page.port());
    EventClient other(page.port());
    one.until("event: first");
    other.until("event: first");
    page.send(event_text("a", "1"));
    page.send(event_text("b", "2"));
    for (EventClient* client : {&one, &other})
        EXPECT_THAT(client->until("data: 2\n\n"), EndsWith("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n"));
}

TEST(EventBroadcastTest, EndsTheStreamsWhenWhatWaitsIsSent) {
    Broadcasting page;
    EventClient client(page.port());
    client.until("event: first");
    page.send(event_text("last", "1"));
    page.close();
    EXPECT_THAT(client.until_end(), EndsWith("event: last\ndata: 1\n\n"));
    EXPECT_EQ(HttpClient(page.port()).get("/").status, 503);
}

TEST(EventBroadcastTest, RefusesMoreClientsThanItsLimit) {
    Broadcasting page({.clients_max = 1});
    EventClient client(page.port());
    client.until("event: first");
    EXPECT_EQ(HttpClient(page.port()).get("/").status, 503);
}

TEST(EventBroadcastTest, NoticesInSilenceThatAClientLeft) {
    Broadcasting page({.clients_max = 1, .silence_max = 1ms});
    std::optional<EventClient> client(page.port());
    client->until("\n\n:\n\n");
    EXPECT_EQ(page.clients(), 1);
    client.reset();
    test::wait_until("the server notices", [&] { return page.clients() == 0; });
    EventClient(page.port()).until("event: first");
}

TEST(EventBroadcastTest, CutsOffAClientThatDoesNotReadAndHoldsUpNoOther) {
    Broadcasting page({.waiting_bytes_max = 1 << 20}, {.transfer_wait_max = 2s});
    EventClient slow(page.port());
    slow.until("event: first");
    EventClient quick(page.port());
    quick.until("event: first");

    int sent = 0;
    while (page.clients() == 2) {
        page.send(event_text("number", std::to_string(++sent) + std::string(1 << 16, '.')));
        quick.until("data: " + std::to_string(sent) + '.');
    }

    page.send(event_text("after", "it"));
    quick.until("event: after\ndata: it\n\n");
    EXPECT_EQ(page.clients(), 1);
}

TEST(EventBroadcastTest, AnswersHeadWithoutAStream) {
    Broadcasting page;
    HttpClient client(page.port());
    client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.receive(true).headers, HasSubstr("text/event-stream"));
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_EQ(page.clients(), 0);
}

}  // namespace
}  // namespace contrail::http
