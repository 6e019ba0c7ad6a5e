#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "demo/page/rides_page.hpp"
#include "integration/rocket_rides/http_client.hpp"

namespace demo {
namespace {

using contrail::test::HttpAnswer;
using contrail::test::HttpClient;
using testing::HasSubstr;
using Phase = FaultTracker::Phase;

/// The page of a demo whose servers do not exist.
class RidesPageTest : public testing::Test {
protected:
    void begin(const std::vector<std::string_view>& allowed) {
        contrail::Settings nowhere;
        nowhere.database_url = "postgresql:///rides?host=/nowhere";
        nowhere.log_url = "unix:///nowhere";
        page.begin(nowhere, allowed);
    }

    [[nodiscard]] std::string here() const { return "127.0.0.1:" + std::to_string(page.port()); }

    HttpAnswer get(const std::string& path) {
        HttpClient client(page.port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: " + here() + "\r\n\r\n");
        return client.receive();
    }

    nlohmann::json about() { return nlohmann::json::parse(get("/about").body); }

    HttpAnswer request(const std::string& fault) {
        const std::string token = about()["token"];
        HttpClient client(page.port());
        client.send("POST /faults/" + fault + " HTTP/1.1\r\nHost: " + here() + "\r\nOrigin: http://" +
                    here() + "\r\nX-Contrail-Token: " + token + "\r\nContent-Length: 0\r\n\r\n");
        return client.receive();
    }

    RidesPage page{std::nullopt};
};

TEST_F(RidesPageTest, ExtendsThePageByAScriptOfItsOwn) {
    begin({});
    EXPECT_EQ(about()["extension"], "rides.js");
    for (const char* file : {"/rides.js", "/faults.js", "/totals.js", "/rides.css"})
        EXPECT_EQ(get(file).status, 200) << file;
}

TEST_F(RidesPageTest, RefusesFaultsUnlessTheyAreAllowed) {
    begin({});
    EXPECT_TRUE(about()["faults"].empty());
    EXPECT_EQ(request("empty-redis").status, 403);
    EXPECT_THAT(request("empty-redis").body, HasSubstr("--allow-faults"));
    EXPECT_EQ(page.faults().state().phase, Phase::none);
}

TEST_F(RidesPageTest, OffersTheAllowedFaultsAndNoOther) {
    begin({"kill-consumer"});
    ASSERT_EQ(about()["faults"].size(), 1U);
    EXPECT_EQ(about()["faults"][0]["name"], "kill-consumer");
    EXPECT_EQ(request("empty-redis").status, 404);
    EXPECT_EQ(request("burn-the-disk").status, 404);
    EXPECT_EQ(page.faults().state().phase, Phase::none);

    EXPECT_EQ(request("kill-consumer").status, 202);
    EXPECT_EQ(page.faults().take(), "kill-consumer");
    EXPECT_EQ(request("kill-consumer").status, 409);
}

}  // namespace
}  // namespace demo
