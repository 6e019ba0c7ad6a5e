#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "bench/load/api_address.hpp"
#include "bench/load/ledger.hpp"
#include "bench/load/pace.hpp"
#include "bench/load/progress_bar.hpp"
#include "bench/load/ride_source.hpp"
#include "contrail/error.hpp"

namespace contrail::load {

using ::testing::ElementsAre;
using ::testing::StartsWith;
using namespace std::chrono_literals;
using Action = RideRequest::Action;

TEST(Fate, IsDoubtfulWheneverTheRideMayHaveBeenStored) {
    const auto response = [](unsigned status, std::string body = {}) {
        return fate(Action::create, {Answer::Kind::response, status, std::move(body)});
    };
    EXPECT_EQ(response(201), Fate::accepted);
    EXPECT_EQ(response(422), Fate::refused);
    EXPECT_EQ(response(500), Fate::refused);
    EXPECT_EQ(response(503, R"({"error":"away"})"), Fate::not_taken);
    EXPECT_EQ(response(503, R"({"error":"lost","in_doubt":true})"), Fate::in_doubt);
    EXPECT_EQ(response(503, "<html>a proxy's page</html>"), Fate::not_taken);
    EXPECT_EQ(fate(Action::create, {Answer::Kind::not_sent, 0, "Connection refused"}), Fate::not_taken);
    EXPECT_EQ(fate(Action::create, {Answer::Kind::lost, 0, "Connection reset by peer"}), Fate::in_doubt);
    for (const Action change : {Action::update, Action::remove}) {
        EXPECT_EQ(fate(change, {Answer::Kind::response, 200, "{}"}), Fate::accepted);
        EXPECT_EQ(fate(change, {Answer::Kind::response, 404, "{}"}), Fate::refused);
        EXPECT_EQ(fate(change, {Answer::Kind::response, 409, "{}"}), Fate::refused);
    }
    EXPECT_EQ(response(200), Fate::refused) << "not what creates a ride";
}

TEST(Ledger, CountsEveryRideOnceAndDoesNotRepeatThatItWaits) {
    std::vector<std::string> said;
    Ledger ledger([&](std::string_view line) { said.emplace_back(line); }, false);
    const Answer away{Answer::Kind::not_sent, 0, "Connection refused"};

    EXPECT_EQ(ledger.enter(Action::create, away), Fate::not_taken);
    EXPECT_EQ(ledger.enter(Action::create, away), Fate::not_taken);
    EXPECT_EQ(ledger.enter(Action::create, {Answer::Kind::response, 201, "{}"}), Fate::accepted);
    EXPECT_EQ(ledger.enter(Action::create, away), Fate::not_taken);
    EXPECT_EQ(ledger.enter(Action::update, {Answer::Kind::lost, 0, "End of file"}), Fate::in_doubt);
    EXPECT_EQ(ledger.enter(Action::create, {Answer::Kind::response, 422, "{}"}), Fate::refused);
    EXPECT_EQ(ledger.enter(Action::update, {Answer::Kind::response, 200, "{}"}), Fate::accepted);
    EXPECT_EQ(ledger.enter(Action::remove, {Answer::Kind::response, 200, "{}"}), Fate::accepted);
    EXPECT_EQ(ledger.enter(Action::remove, {Answer::Kind::response, 404, "{}"}), Fate::refused);

    EXPECT_EQ(ledger.tally().accepted, 3U);
    EXPECT_EQ(ledger.tally().changed, 1U);
    EXPECT_EQ(ledger.tally().deleted, 1U);
    EXPECT_EQ(ledger.tally().in_doubt, 1U);
    EXPECT_EQ(ledger.tally().refused, 2U);
    EXPECT_THAT(said, ElementsAre("Waiting for the API: Connection refused",
                                  "A change of a ride is in doubt, and not sent again: End of file",
                                  "A ride was refused: status=422 body={}",
                                  "A deletion of a ride was refused: status=404 body={}"));
}

TEST(Ledger, ShowsAnswersWhereThatIsWanted) {
    std::vector<std::string> said;
    Ledger ledger([&](std::string_view line) { said.emplace_back(line); }, true);
    ledger.enter(Action::create, {Answer::Kind::response, 201, R"({"message":"Payment accepted."})"});
    EXPECT_THAT(said, ElementsAre(R"(Response: status=201 body={"message":"Payment accepted."})"));
}

TEST(Ledger, DoesNotComplainForEver) {
    int lines = 0;
    Ledger ledger([&](std::string_view) { ++lines; }, false);
    for (int i = 0; i < 1'000; ++i) ledger.enter(Action::create, {Answer::Kind::lost, 0, "End of file"});
    EXPECT_EQ(lines, 11);
    EXPECT_EQ(ledger.tally().in_doubt, 1'000U);
}

TEST(Pace, SpreadsRidesEvenlyAndDoesNotMakeUpForALongPause) {
    const Pace pace = steady_pace(100);
    const SteadyTime start{1h};
    EXPECT_EQ(pace(start), start);
    EXPECT_EQ(pace(start), start + 10ms);
    EXPECT_EQ(pace(start + 12ms), start + 20ms);
    EXPECT_EQ(pace(start + 35ms), start + 30ms);  // a little late: it may catch up
    EXPECT_EQ(pace(start + 1min), start + 1min - 100ms);
}

TEST(Pace, PausesUpToTwoSecondsAsPeopleDo) {
    const Pace pace = leisurely_pace(1);
    const Pace again = leisurely_pace(1);
    const SteadyTime now{1h};
    for (int i = 0; i < 1'000; ++i) {
        const auto due = pace(now);
        EXPECT_GE(due, now);
        EXPECT_LT(due, now + 2s);
        EXPECT_EQ(due, again(now));
    }
}

TEST(RandomRides, AreFiveToAThousandMetresAndRepeatable) {
    RandomRides rides(42, 1'000);
    RandomRides again(42, 1'000);
    for (int i = 0; i < 1'000; ++i) {
        const auto distance = rides.next();
        ASSERT_TRUE(distance);
        EXPECT_GE(*distance, 5.0);
        EXPECT_LT(*distance, 1'000.0);
        EXPECT_EQ(distance, again.next());
    }
    EXPECT_EQ(rides.next(), std::nullopt);
}

TEST(ApiAddress, IsAnHttpUrl) {
    const auto address = ApiAddress::parse("http://example.com:5005");
    EXPECT_EQ(address.host, "example.com");
    EXPECT_EQ(address.port, "5005");
    EXPECT_EQ(address.authority, "example.com:5005");
    EXPECT_EQ(address.rides, "/rides");

    const auto other = ApiAddress::parse("http://[::1]/api/");
    EXPECT_EQ(other.host, "::1");
    EXPECT_EQ(other.port, "80");
    EXPECT_EQ(other.authority, "[::1]");
    EXPECT_EQ(other.rides, "/api/rides");

    for (const auto url :
         {"", "localhost:5005", "https://example.com", "http://", "http://user:secret@example.com"}) {
        EXPECT_THROW(ApiAddress::parse(url), Error) << url;
    }
}

TEST(ProgressBar, TellsWhatIsKnown) {
    EXPECT_EQ(progress_text({.accepted = 50}, 200, 2s), "50/200 rides (25 %), 25/s, 6 s left");
    EXPECT_EQ(progress_text({.accepted = 50}, std::nullopt, 2s), "50 rides, 25/s");
    EXPECT_EQ(progress_text({}, 200, 0s), "0/200 rides (0 %), 0/s");
    EXPECT_EQ(progress_text({.accepted = 7, .refused = 1, .in_doubt = 2}, 10, 1s),
              "10/10 rides (100 %), 10/s, 0 s left, 1 refused, 2 in doubt");
    EXPECT_EQ(summary_text({.accepted = 7, .refused = 1, .in_doubt = 2}, 2s),
              "10 rides posted in 2.0 s (5/s): 7 accepted, 1 refused, 2 in doubt");
    const Tally with_changes{.accepted = 10, .changed = 2, .deleted = 1};
    EXPECT_EQ(progress_text(with_changes, 20, 2s), "10/20 requests (50 %), 5/s, 2 s left");
    EXPECT_EQ(summary_text(with_changes, 2s),
              "10 requests posted in 2.0 s (5/s): 10 accepted, 0 refused, 0 in doubt; 7 rides created, 2 "
              "changed, 1 deleted");
}

TEST(ProgressBar, WritesALineAtEveryTenthAndEveryFiveSecondsWhereThereIsNoTerminal) {
    std::ostringstream out;
    ProgressBar progress(out, /*terminal=*/false, /*shown=*/true, 100);
    progress.update({.accepted = 9}, 1s);
    EXPECT_EQ(out.str(), "");
    progress.update({.accepted = 10}, 2s);
    EXPECT_THAT(out.str(), StartsWith("10/100"));
    out.str("");
    progress.update({.accepted = 11}, 6s);
    EXPECT_EQ(out.str(), "");
    progress.update({.accepted = 11}, 7s);
    EXPECT_THAT(out.str(), StartsWith("11/100"));
}

TEST(ProgressBar, KeepsTheDrawnLineBelowTheOthers) {
    std::ostringstream out;
    ProgressBar progress(out, /*terminal=*/true, /*shown=*/true, 100);
    progress.update({.accepted = 1}, 1s);
    out.str("");
    progress.say("Waiting");
    EXPECT_THAT(out.str(), StartsWith("\r\x1b[KWaiting\n1/100 rides"));
    out.str("");
    progress.finish("Done");
    EXPECT_EQ(out.str(), "\r\x1b[KDone\n");
}

}  // namespace contrail::load
