#include "bench/load/traffic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "bench/load/mix.hpp"
#include "contrail/error.hpp"

namespace contrail::load {

using ::testing::HasSubstr;
using Action = RideRequest::Action;

namespace {

constexpr std::uint64_t seed = 1;

Answer answered(unsigned status, std::optional<std::int64_t> ride = std::nullopt) {
    return {Answer::Kind::response, status, "{}", ride};
}

/// An API that does what it is asked, and the requests that it is asked.
class Api {
public:
    explicit Api(Traffic& traffic) : traffic_(traffic) {}

    /// False at the end of the traffic.
    bool take_one() {
        const auto request = traffic_.next();
        if (!request) return false;
        ++requests[request->action];
        if (request->action == Action::create) {
            rides_.insert(++last_ride_);
            traffic_.settle(*request, answered(201, last_ride_), Fate::accepted);
        } else {
            EXPECT_TRUE(rides_.contains(request->id)) << request->id;
            if (request->action == Action::remove) rides_.erase(request->id);
            traffic_.settle(*request, answered(200), Fate::accepted);
        }
        return true;
    }

    std::map<Action, int> requests;

private:
    Traffic& traffic_;
    std::set<std::int64_t> rides_;
    std::int64_t last_ride_ = 0;
};

}  // namespace

TEST(Mix, IsReadFromWeights) {
    const Mix mix = Mix::parse("create=90,update=7.5,delete=2");
    EXPECT_EQ(mix.create, 90);
    EXPECT_EQ(mix.update, 7.5);
    EXPECT_EQ(mix.remove, 2);

    const Mix updates = Mix::parse("update=1");
    EXPECT_EQ(updates.create, 0);
    EXPECT_TRUE(updates.changes_rides());
    EXPECT_FALSE(Mix::parse("create=1,update=0").changes_rides());
}

TEST(Mix, SaysWhatIsWrongWithIt) {
    const struct {
        std::string text;
        std::string fault;
    } cases[] = {
        {"", "one weight must be greater than 0"},
        {"create=0,update=0", "one weight must be greater than 0"},
        {"create", "'create' has no weight"},
        {"create=", "'create' has no weight"},
        {"create=-1", "'create' has no weight"},
        {"create=nan", "'create' has no weight"},
        {"create=inf", "'create' has no weight"},
        {"create=9x", "'create' has no weight"},
        {"create=1,create=2", "'create' is given twice"},
        {"create=1,remove=2", "'remove' is not one of create, update, delete"},
        {"create=1, update=2", "' update' is not one of"},
        {"create=1,,update=2", "'' is not one of"},
    };
    for (const auto& [text, fault] : cases) {
        try {
            Mix::parse(text);
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr(fault)) << text;
            EXPECT_THAT(error.what(), HasSubstr("create=90,update=8,delete=2")) << text;
        }
    }
}

TEST(Traffic, CreatesChangesAndDeletesInItsProportions) {
    RandomRides rides(seed, 10'000);
    Traffic traffic(rides, Mix::parse("create=90,update=8,delete=2"), seed);
    Api api(traffic);
    while (api.take_one()) {
    }
    EXPECT_NEAR(api.requests[Action::create], 9'000, 200);
    EXPECT_NEAR(api.requests[Action::update], 800, 150);
    EXPECT_NEAR(api.requests[Action::remove], 200, 75);
}

TEST(Traffic, CreatesARideWhereItKnowsNone) {
    RandomRides rides(seed, 100);
    Traffic traffic(rides, Mix::parse("delete=1"), seed);
    Api api(traffic);
    while (api.take_one()) {
    }
    EXPECT_EQ(api.requests[Action::create], 50);
    EXPECT_EQ(api.requests[Action::remove], 50);
}

TEST(Traffic, HasNoRideInTwoRequestsAtOnce) {
    RandomRides rides(seed, std::nullopt);
    Traffic traffic(rides, Mix::parse("update=1"), seed);
    const auto created = traffic.next();
    traffic.settle(*created, answered(201, 7), Fate::accepted);

    const auto update = traffic.next();
    EXPECT_EQ(update->action, Action::update);
    EXPECT_EQ(update->id, 7);
    EXPECT_EQ(traffic.next()->action, Action::create);

    traffic.settle(*update, answered(200), Fate::accepted);
    EXPECT_EQ(traffic.next()->id, 7);
}

// Whether a ride is known after a request whose answer was …
TEST(Traffic, ForgetsARideThatIsOrMayBeGone) {
    const Answer lost{Answer::Kind::lost, 0, "End of file"};
    const struct {
        Action action;
        Answer answer;
        bool known;
    } cases[] = {
        {Action::update, answered(200), true},  {Action::update, lost, true},
        {Action::update, answered(409), true},  {Action::update, answered(404), false},
        {Action::remove, answered(200), false}, {Action::remove, lost, false},
        {Action::remove, answered(409), true},  {Action::remove, answered(404), false},
    };
    for (const auto& [action, answer, known] : cases) {
        RandomRides rides(seed, std::nullopt);
        Traffic traffic(rides, action == Action::update ? Mix{0, 1, 0} : Mix{0, 0, 1}, seed);
        traffic.settle(*traffic.next(), answered(201, 7), Fate::accepted);
        traffic.settle(*traffic.next(), answer, fate(action, answer));
        EXPECT_EQ(traffic.next()->action, known ? action : Action::create)
            << static_cast<int>(action) << " answered by " << answer.status;
    }
}

TEST(Traffic, DoesNotChangeARideThatItMayNotHaveCreated) {
    RandomRides rides(seed, std::nullopt);
    Traffic traffic(rides, Mix::parse("update=1"), seed);
    traffic.settle(*traffic.next(), {Answer::Kind::lost, 0, "End of file"}, Fate::in_doubt);
    traffic.settle(*traffic.next(), answered(422), Fate::refused);
    traffic.settle(*traffic.next(), answered(201), Fate::accepted);  // no Location
    EXPECT_EQ(traffic.next()->action, Action::create);
}

}  // namespace contrail::load
