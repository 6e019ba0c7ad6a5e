// How the API speaks HTTP: what keeps a connection, what ends it, and what a hasty or a slow client meets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "api_world.hpp"
#include "contrail/error.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ApiHttp, KeepsAConnectionWhateverItAnswers) {
    ApiWorld world;
    HttpClient client = world.client();

    EXPECT_EQ(client.post_ride(5).status, 201U);
    EXPECT_EQ(client.post("/rides", "distance=five").status, 422U);
    EXPECT_EQ(client.get("/nowhere").status, 404U);
    EXPECT_EQ(client.get("/rides").status, 405U);
    EXPECT_EQ(client.get("/rides/1?pretty").status, 200U);
    EXPECT_EQ(client.get("http://localhost/rides/1").status, 200U);
    EXPECT_EQ(client.get("http://test/rides/1").status, 421U) << "it listens on the loopback";
}

TEST(ApiHttp, AnswersPipelinedRequestsInOrder) {
    ApiWorld world;
    HttpClient client = world.client();
    const auto ride = [](int distance) {
        return http_post("/rides", "application/x-www-form-urlencoded",
                         "distance=" + std::to_string(distance));
    };

    client.send(ride(1) + ride(2) + "GET /rides/1 HTTP/1.1\r\nHost: localhost\r\n\r\n" + ride(3));

    EXPECT_THAT(client.receive().body, HasSubstr("distance=1.0m"));
    EXPECT_THAT(client.receive().body, HasSubstr("distance=2.0m"));
    EXPECT_THAT(client.receive().body, HasSubstr(R"("distance":1)"));
    EXPECT_THAT(client.receive().body, HasSubstr("distance=3.0m"));
}

TEST(ApiHttp, TakesARequestByteByByteAndInChunks) {
    ApiWorld world;
    HttpClient client = world.client();
    for (const char byte : http_post("/rides", "application/json", R"({"distance":7})")) {
        client.send({&byte, 1});
    }
    EXPECT_EQ(client.receive().status, 201U);

    client.send(
        "POST /rides HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    client.send("4\r\ndist\r\n");
    client.send("6\r\nance=8\r\n0\r\n\r\n");
    EXPECT_THAT(client.receive().body, HasSubstr("distance=8.0m"));
}

TEST(ApiHttp, TellsAClientThatAsksToSendItsBody) {
    ApiWorld world;
    HttpClient client = world.client();
    client.send(
        "POST /rides HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100U);
    client.send("distance=9");
    EXPECT_EQ(client.receive().status, 201U);
}

TEST(ApiHttp, EndsTheConnectionOfAnOldClientUnlessItAsksToKeepIt) {
    ApiWorld world;
    HttpClient client = world.client();
    client.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.receive().headers, HasSubstr("Connection: keep-alive"));
    client.send("GET /healthz HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.receive().headers, HasSubstr("Connection: close"));
    EXPECT_TRUE(client.closed_by_server());
}

TEST(ApiHttp, AnswersHeadWithoutABody) {
    ApiWorld world;
    HttpClient client = world.client();
    client.send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = client.receive(/*to_head=*/true);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.headers, HasSubstr("Content-Length: 15\r\n"));
    EXPECT_EQ(client.get("/healthz").body, R"({"status":"ok"})");
}

TEST(ApiHttp, NamesTheMethodsThatAPathHas) {
    ApiWorld world;
    HttpClient client = world.client();
    const struct {
        std::string request;
        std::string allow;
    } cases[] = {
        {"GET /rides", "Allow: POST\r\n"},
        {"PUT /rides", "Allow: POST\r\n"},
        {"PUT /rides/1", "Allow: GET, PATCH, DELETE, HEAD\r\n"},
        {"BREW /rides/1", "Allow: GET, PATCH, DELETE, HEAD\r\n"},
        {"POST /healthz", "Allow: GET, HEAD\r\n"},
    };
    for (const auto& [request, allow] : cases) {
        client.send(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        const auto answer = client.receive();
        EXPECT_EQ(answer.status, 405U) << request;
        EXPECT_THAT(answer.headers, HasSubstr(allow)) << request;
    }
}

TEST(ApiHttp, RefusesWhatIsTooLargeOrNoHttpAndSaysSo) {
    ApiWorld world;
    const std::string host = "Host: localhost\r\n";
    const struct {
        std::string request;
        unsigned status;
    } cases[] = {
        {http_post("/rides", "application/json", std::string(16'385, ' ')), 413},
        {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(8'192, 'x') + "\r\n\r\n", 431},
        {"GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 431},
        {"rubbish\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nno header\r\n\r\n", 400},
        {"POST /rides HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", 400},
        {"GET / HTTP/3.0\r\n" + host + "\r\n", 505},
    };
    for (const auto& [request, status] : cases) {
        HttpClient client = world.client();
        client.send(request);
        const auto answer = client.receive();
        EXPECT_EQ(answer.status, status) << request.substr(0, 40);
        EXPECT_THAT(answer.body, HasSubstr(R"({"error":")")) << request.substr(0, 40);
        EXPECT_TRUE(client.closed_by_server()) << request.substr(0, 40);
    }
    HttpClient client = world.client();
    client.send("GET /healthz HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.receive().status, 400U) << "without Host";
    EXPECT_EQ(client.post("/rides", std::string(16'384, 'x')).status, 422U) << "exactly full";
}

TEST(ApiHttp, CutsOffClientsThatTakeTooLong) {
    rocket_rides::Api::Options hasty;
    hasty.limits.transfer_wait_max = 100ms;
    ApiWorld world(fresh_settings(), hasty);
    HttpClient slow = world.client();
    slow.send("POST /rides HTTP/1.1\r\nHost: te");
    EXPECT_EQ(slow.receive().status, 408U);
    EXPECT_TRUE(slow.closed_by_server());
}

TEST(ApiHttp, ClosesConnectionsThatIdle) {
    rocket_rides::Api::Options hasty;
    hasty.limits.idle_wait_max = 100ms;
    ApiWorld world(fresh_settings(), hasty);
    EXPECT_TRUE(world.client().closed_by_server());
}

TEST(ApiHttp, FinishesWhatIsInHandWhenItStops) {
    ApiWorld world;
    const auto port = world.port();
    HttpClient idle = world.client();
    HttpClient client = world.client();
    {
        HeldUp held_up(world.settings.database_url, HeldUp::At::commit);
        client.send(http_post("/rides", "application/x-www-form-urlencoded", "distance=5"));
        held_up.wait_for_one();
        world.request_stop();
        EXPECT_TRUE(idle.closed_by_server());
    }
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 201U);
    EXPECT_THAT(answer.headers, HasSubstr("Connection: close"));
    world.join();
    EXPECT_EQ(world.rides(), 1U);
    EXPECT_THROW(HttpClient{port}, boost::system::system_error);
}

TEST(ApiHttp, SaysWhichPortIsTaken) {
    ApiWorld world;
    rocket_rides::Api::Options options;
    options.port = world.port();
    try {
        rocket_rides::Api second(world.settings, options);
        FAIL() << "two servers on one port";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("port " + std::to_string(world.port())));
        EXPECT_THAT(error.what(), HasSubstr("API_PORT"));
    }
}

}  // namespace contrail::test
