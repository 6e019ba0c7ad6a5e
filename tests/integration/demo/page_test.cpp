#include <gmock/gmock.h>
#include <poll.h>

#include <nlohmann/json.hpp>

#include "demo/page/harm_case.hpp"
#include "demo/page/ride_page.hpp"
#include "integration/rocket_rides/http_client.hpp"

namespace rocket_rides {
namespace {

using contrail::test::HttpAnswer;
using contrail::test::HttpClient;
using testing::HasSubstr;
using Phase = HarmCase::Phase;

bool readable(int descriptor) {
    pollfd waited{descriptor, POLLIN, 0};
    return ::poll(&waited, 1, 0) == 1;
}

TEST(HarmCaseTest, WakesTheFleetOnceForWhatWasAsked) {
    HarmCase harm;
    EXPECT_FALSE(readable(harm.descriptor()));
    EXPECT_EQ(harm.take(), std::nullopt);

    EXPECT_TRUE(harm.ask(Harm::wipe_redis));
    EXPECT_TRUE(readable(harm.descriptor()));
    EXPECT_EQ(harm.take(), Harm::wipe_redis);

    EXPECT_FALSE(readable(harm.descriptor()));
    EXPECT_EQ(harm.take(), std::nullopt);
}

TEST(HarmCaseTest, IsOneAtATimeFromTheRequestToTheRecovery) {
    HarmCase harm;
    const auto refuses_another = [&] { return !harm.ask(Harm::send_twice); };
    ASSERT_TRUE(harm.ask(Harm::kill_streamer));
    EXPECT_TRUE(refuses_another());
    harm.take();
    harm.struck("killed it", "it is back");
    EXPECT_TRUE(refuses_another());
    harm.over();
    EXPECT_TRUE(refuses_another());
    EXPECT_EQ(harm.state().harm, Harm::kill_streamer);
    EXPECT_EQ(harm.state().told, "killed it");

    harm.recovered("it is back after 0.1 s");
    EXPECT_EQ(harm.state().phase, Phase::recovered);
    EXPECT_TRUE(harm.ask(Harm::send_twice));
    EXPECT_EQ(harm.state().number, 2U);
}

TEST(HarmCaseTest, LetsTheNextOneThroughIfOneCouldNotBeDone) {
    HarmCase harm;
    ASSERT_TRUE(harm.ask(Harm::kill_streamer));
    harm.failed("it does not run");
    EXPECT_EQ(harm.state().told, "it does not run");
    EXPECT_TRUE(harm.ask(Harm::kill_streamer));
}

/// The page of a fleet that is not there.
class RidePageTest : public testing::Test {
protected:
    void begin(const std::vector<Harm>& allowed) {
        contrail::Settings nowhere;
        nowhere.database_url = "postgresql:///rides?host=/nowhere";
        nowhere.redis_url = "unix:///nowhere";
        page.begin(nowhere, allowed);
    }

    [[nodiscard]] std::string here() const { return "127.0.0.1:" + std::to_string(page.port()); }

    nlohmann::json about() {
        HttpClient client(page.port());
        client.send("GET /about HTTP/1.1\r\nHost: " + here() + "\r\n\r\n");
        return nlohmann::json::parse(client.receive().body);
    }

    HttpAnswer ask_for(const std::string& harm) {
        const std::string token = about()["token"];
        HttpClient client(page.port());
        client.send("POST /harm/" + harm + " HTTP/1.1\r\nHost: " + here() + "\r\nOrigin: http://" + here() +
                    "\r\nX-Contrail-Token: " + token + "\r\nContent-Length: 0\r\n\r\n");
        return client.receive();
    }

    RidePage page{std::nullopt};
};

TEST_F(RidePageTest, RefusesHarmUnlessItIsAllowed) {
    begin({});
    EXPECT_TRUE(about()["harm"].empty());
    EXPECT_EQ(ask_for("wipe-redis").status, 403);
    EXPECT_THAT(ask_for("wipe-redis").body, HasSubstr("--allow-harm"));
    EXPECT_EQ(page.harm().state().phase, Phase::none);
}

TEST_F(RidePageTest, OffersTheHarmThatIsAllowedAndNoOther) {
    begin({Harm::kill_consumer});
    ASSERT_EQ(about()["harm"].size(), 1U);
    EXPECT_EQ(about()["harm"][0]["id"], "kill-consumer");
    EXPECT_EQ(ask_for("wipe-redis").status, 404);
    EXPECT_EQ(ask_for("burn-the-disk").status, 404);
    EXPECT_EQ(page.harm().state().phase, Phase::none);

    EXPECT_EQ(ask_for("kill-consumer").status, 202);
    EXPECT_EQ(page.harm().take(), Harm::kill_consumer);
    EXPECT_EQ(ask_for("kill-consumer").status, 409);
}

}  // namespace
}  // namespace rocket_rides
