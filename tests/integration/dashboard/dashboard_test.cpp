#include "dashboard/dashboard.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <semaphore>
#include <thread>

#include "contrail/error.hpp"
#include "event_client.hpp"
#include "integration/rocket_rides/http_client.hpp"

namespace contrail::dashboard {
namespace {

using namespace std::chrono_literals;
using test::EventClient;
using test::HttpAnswer;
using test::HttpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A port that is free now.
std::uint16_t some_port() {
    return Dashboard({}, "nothing").port();
}

/// A page with one poll, which counts itself, and one action, which notes the id it gets.
class DashboardTest : public testing::Test {
protected:
    DashboardTest() {
        page.set_about(R"({"stream": "rides"})");
        page.add([this] { return Snapshot{{{"poll", std::to_string(++polls)}}, 1h}; });
        page.add(Action{.name = "buttons", .act = [this](std::string_view id) {
                            pressed = id;
                            return http::Response{.status = http::Status::accepted, .body = "{}"};
                        }});
        thread = std::jthread([this](const std::stop_token& stop) { page.run(stop); });
    }

    [[nodiscard]] std::string here() const { return "127.0.0.1:" + std::to_string(page.port()); }

    /// A request with these header lines, each ended.
    HttpAnswer ask(std::string_view request_line, const std::string& headers) {
        HttpClient client(page.port());
        client.send(std::string(request_line) + " HTTP/1.1\r\n" + headers + "Content-Length: 0\r\n\r\n");
        return client.receive();
    }

    HttpAnswer get(std::string_view path) {
        return ask("GET " + std::string(path), "Host: " + here() + "\r\n");
    }

    std::string token() { return nlohmann::json::parse(get("/about").body)["token"]; }

    std::atomic<int> polls = 0;
    std::string pressed;
    Dashboard page{some_port(), "nothing"};
    std::jthread thread;
};

TEST_F(DashboardTest, ServesItsFilesAndNeedsNoOtherSite) {
    EXPECT_THAT(get("/").body, AllOf(HasSubstr("<title>Contrail</title>"), Not(HasSubstr("http:")),
                                     Not(HasSubstr("https:"))));
    EXPECT_THAT(get("/").headers, HasSubstr("Content-Type: text/html; charset=utf-8"));
    EXPECT_THAT(get("/main.js").headers, HasSubstr("Content-Type: text/javascript; charset=utf-8"));
    EXPECT_THAT(get("/style.css").headers, HasSubstr("Content-Type: text/css; charset=utf-8"));
    EXPECT_THAT(get("/icon.svg").headers, HasSubstr("Content-Type: image/svg+xml"));
    EXPECT_EQ(get("/other").status, 404);
}

TEST_F(DashboardTest, KnowsNothingOfRides) {
    EXPECT_THAT(get("/").body, Not(testing::ContainsRegex("[Rr]ide")));
    EXPECT_THAT(get("/main.js").body, Not(testing::ContainsRegex("[Rr]ide")));
    EXPECT_THAT(get("/about").body, Not(HasSubstr("extension")));
}

TEST_F(DashboardTest, ProtectsEveryAnswer) {
    const std::string elsewhere = ask("GET /", "Host: localhost:1\r\n").headers;
    for (const std::string& headers :
         {get("/").headers, get("/about").headers, get("/other").headers, elsewhere}) {
        EXPECT_THAT(headers, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'; "));
        EXPECT_THAT(headers, Not(HasSubstr("unsafe")));
        EXPECT_THAT(headers, HasSubstr("frame-ancestors 'none'"));
        EXPECT_THAT(headers, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(headers, HasSubstr("Cross-Origin-Resource-Policy: same-origin\r\n"));
        EXPECT_THAT(headers, HasSubstr("Cache-Control: no-store\r\n"));
        EXPECT_THAT(headers, Not(HasSubstr("Access-Control-Allow-Origin")));
    }
}

TEST_F(DashboardTest, AnswersOnlyUnderItsOwnNames) {
    const std::string port = ':' + std::to_string(page.port());
    for (const std::string host : {"127.0.0.1", "localhost", "LocalHost", "[::1]"})
        EXPECT_EQ(ask("GET /about", "Host: " + host + port + "\r\n").status, 200) << host;
    for (const std::string& host :
         {"evil.example" + port, "127.0.0.1.evil.example" + port, std::string("127.0.0.1"),
          std::string("127.0.0.1:1"), "127.0.0.2" + port, std::string()})
        EXPECT_EQ(ask("GET /about", "Host: " + host + "\r\n").status, 421) << host;
}

TEST_F(DashboardTest, RefusesOtherSites) {
    const std::string host = "Host: " + here() + "\r\n";
    const struct {
        std::string headers;
        unsigned status;
    } cases[] = {
        {"Origin: http://" + here() + "\r\nSec-Fetch-Site: same-origin\r\n", 200},
        {"Sec-Fetch-Site: none\r\n", 200},
        {"Origin: http://evil.example\r\n", 403},
        {"Origin: null\r\n", 403},
        {"Origin:\r\n", 403},
        {"Origin: https://" + here() + "\r\n", 403},
        {"Origin: http://127.0.0.1:1\r\n", 403},
        {"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", 403},
        {"Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n", 403},
        {"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", 403},
        // A link to the page may be on any site.
        {"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", 200},
    };
    for (const auto& each : cases)
        EXPECT_EQ(ask("GET /about", host + each.headers).status, each.status) << each.headers;
}

TEST_F(DashboardTest, ActsOnlyForThePageItself) {
    const std::string host = "Host: " + here() + "\r\n";
    const std::string origin = "Origin: http://" + here() + "\r\n";
    const std::string secret = "X-Contrail-Token: " + token() + "\r\n";
    EXPECT_EQ(ask("POST /buttons/one", host).status, 403);
    EXPECT_EQ(ask("POST /buttons/one", host + origin).status, 403);
    EXPECT_EQ(ask("POST /buttons/one", host + secret).status, 403);
    EXPECT_EQ(ask("POST /buttons/one", host + origin + "X-Contrail-Token: guessed\r\n").status, 403);
    EXPECT_EQ(ask("POST /buttons/one", host + "Origin: http://evil.example\r\n" + secret).status, 403);
    EXPECT_EQ(pressed, "");

    EXPECT_EQ(ask("POST /buttons/one", host + origin + secret).status, 202);
    EXPECT_EQ(pressed, "one");
    EXPECT_EQ(ask("GET /buttons/one", host).status, 405);
}

TEST_F(DashboardTest, HasAnotherSecretAtEachStart) {
    Dashboard other({}, "nothing");
    other.set_about("{}");
    const std::jthread serving([&](const std::stop_token& stop) { other.run(stop); });
    HttpClient client(other.port());
    client.send("GET /about HTTP/1.1\r\nHost: localhost:" + std::to_string(other.port()) + "\r\n\r\n");
    const std::string secret = nlohmann::json::parse(client.receive().body)["token"];
    EXPECT_EQ(secret.size(), 32U);
    EXPECT_NE(secret, token());
}

TEST_F(DashboardTest, PollsOnceForAllViewersAndNeverWithout) {
    get("/");
    EXPECT_EQ(polls, 0);

    EventClient one(page.port());
    one.until("event: poll\ndata: 1\n\n");
    EventClient other(page.port());
    other.until("event: poll\ndata: 2\n\n");
    one.until("event: poll\ndata: 2\n\n");
    EXPECT_EQ(polls, 2);
}

TEST_F(DashboardTest, GivesALateViewerTheNewestMessagesAndTheEvents) {
    EventClient early(page.port());
    early.until("event: poll\ndata: 1\n\n");
    page.tell({Event::Kind::bad, "something broke"});
    page.tell({Event::Kind::good, "and was fixed"});
    early.until("and was fixed");

    EventClient late_client(page.port());
    const std::string& late = late_client.until("event: poll\ndata: 1\n\n");
    EXPECT_LT(late.find("something broke"), late.find("and was fixed"));
    EXPECT_THAT(late, HasSubstr(R"("kind":"bad","text":"something broke")"));
}

TEST_F(DashboardTest, ReplacesBytesThatAreNotUtf8) {
    page.tell({Event::Kind::bad, "a byte \xff that is no UTF-8,\nand a second line"});
    EventClient(page.port()).until("a byte \xEF\xBF\xBD that is no UTF-8,\\nand a second line");
}

TEST_F(DashboardTest, EndsAlthoughAViewerWatches) {
    EventClient client(page.port());
    client.until("event: poll");
    thread.request_stop();
    client.until_end();
    thread.join();
}

TEST(DashboardExtension, AddsFilesOfItsOwnToThePage) {
    Dashboard page({}, "nothing");
    page.add_file("shop.js", "export function extend() {}");
    page.set_about(R"({"extension": "shop.js"})");
    const std::jthread serving([&](const std::stop_token& stop) { page.run(stop); });
    const std::string host = " HTTP/1.1\r\nHost: localhost:" + std::to_string(page.port()) + "\r\n\r\n";
    HttpClient client(page.port());
    client.send("GET /shop.js" + host);
    const HttpAnswer script = client.receive();
    EXPECT_EQ(script.body, "export function extend() {}");
    EXPECT_THAT(script.headers, HasSubstr("Content-Type: text/javascript; charset=utf-8"));
    client.send("GET /about" + host);
    EXPECT_EQ(nlohmann::json::parse(client.receive().body)["extension"], "shop.js");
}

TEST(DashboardPort, IsAnyOtherIfTheUsualOneIsTaken) {
    const Dashboard one({}, "nothing");  // it has the usual one, or that is taken already
    EXPECT_NE(Dashboard({}, "nothing").port(), Dashboard::usual_port);
}

TEST(DashboardPort, IsTheOneAskedForOrNone) {
    const Dashboard one({}, "nothing");
    EXPECT_THROW(Dashboard(one.port(), "--port"), Error);
}

}  // namespace
}  // namespace contrail::dashboard
