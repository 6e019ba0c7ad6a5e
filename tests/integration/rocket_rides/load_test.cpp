// Load against the API: every ride is stored once, whatever gets in between.

#include "bench/load/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include "api_world.hpp"
#include "contrail/http.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

using contrail::http::Request;
using contrail::http::Response;
using contrail::http::Status;
using load::ApiAddress;
using load::FileRides;
using load::Generator;
using load::Mix;
using load::ProgressBar;
using load::RandomRides;
using load::RideSource;
using load::Tally;
using load::Traffic;

namespace {

ApiAddress address(std::uint16_t port) {
    return ApiAddress::parse("http://127.0.0.1:" + std::to_string(port));
}

/// What the load does and says.
struct Run {
    Tally tally;
    std::string said;
};

Run simulate(std::uint16_t port, RideSource& rides, std::size_t connections, const std::stop_token& stop = {},
             const Mix& mix = {}) {
    std::ostringstream out;
    ProgressBar progress(out, /*terminal=*/false, /*shown=*/false, std::nullopt);
    Traffic traffic(rides, mix, 1);
    Generator generator(address(port), traffic, load::unlimited_pace(), progress, {connections, false});
    const Tally tally = generator.run(stop);
    return {tally, out.str()};
}

/// A server that answers rides as the test wants, on a thread of its own.
class FakeApi {
public:
    explicit FakeApi(contrail::http::Handler handler, std::uint16_t port = 0)
        : server_(contrail::http::listen(context_, "127.0.0.1", port, "none"), std::move(handler)),
          thread_([this] { context_.run(); }) {}
    ~FakeApi() { context_.stop(); }

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }

private:
    boost::asio::io_context context_;
    contrail::http::Server server_;
    std::jthread thread_;
};

boost::asio::awaitable<Response> accept(const Request& /*request*/) {
    co_return Response{Status::created, "{}"};
}

/// Does something when the first line is written to it.
class OnFirstLine : public std::stringbuf {
public:
    explicit OnFirstLine(std::function<void()> action) : action_(std::move(action)) {}

protected:
    int sync() override {
        if (action_) std::exchange(action_, {})();
        return std::stringbuf::sync();
    }

private:
    std::function<void()> action_;
};

}  // namespace

TEST(Load, PostsEveryRowOfAFileOnce) {
    ApiWorld world;
    const std::string file = ::testing::TempDir() + "rides.csv";
    std::ofstream out(file);
    out << "delay,distance\n";
    for (int i = 1; i <= 1'000; ++i) out << "0," << i << ".5\n";
    out.close();

    FileRides rides(file, std::nullopt);
    const auto run = simulate(world.port(), rides, 16);

    EXPECT_EQ(run.tally.accepted, 1'000U);
    EXPECT_EQ(run.tally.posted(), 1'000U);
    EXPECT_EQ(world.rides(), 1'000U);
    EXPECT_EQ(world.database.value("SELECT sum(distance) FROM rides"), "501000");
    world.expect_a_record_for_every_ride();
}

TEST(Load, ChangesAndDeletesTheRidesThatItCreated) {
    ApiWorld world;
    RandomRides rides(1, 2'000);
    const auto run = simulate(world.port(), rides, 16, {}, Mix::parse("create=60,update=30,delete=10"));

    const Tally& tally = run.tally;
    EXPECT_EQ(tally.accepted, 2'000U);
    EXPECT_GT(tally.changed, 0U);
    EXPECT_GT(tally.deleted, 0U);
    const auto count = [&](const std::string& action) {
        return world.database.value("SELECT count(*) FROM contrail.staged_log_records WHERE action = '" +
                                    action + "'");
    };
    EXPECT_EQ(count("create"), std::to_string(2'000 - tally.changed - tally.deleted));
    EXPECT_EQ(count("update"), std::to_string(tally.changed));
    EXPECT_EQ(count("delete"), std::to_string(tally.deleted));
    EXPECT_EQ(world.rides(), 2'000 - tally.changed - 2 * tally.deleted);
    EXPECT_EQ(world.database.value("SELECT abs(sum(coalesce((data ->> 'distance')::float8, 0)"
                                   " - coalesce((data ->> 'previous_distance')::float8, 0))"
                                   " - (SELECT sum(distance) FROM rides)) < 0.001"
                                   " FROM contrail.staged_log_records"),
              "t");
}

TEST(Load, PostsARideAgainThatTheApiTurnedAway) {
    rocket_rides::Api::Options options;
    options.requests.waiting_requests_max = 2;
    ApiWorld world(fresh_settings(), options);

    RandomRides rides(1, 300);
    const auto run = simulate(world.port(), rides, 32);

    EXPECT_THAT(run.said, HasSubstr("Waiting for the API: status=503"));
    EXPECT_EQ(run.tally.accepted, 300U);
    EXPECT_EQ(run.tally.in_doubt, 0U);
    EXPECT_EQ(world.rides(), 300U);
    world.expect_a_record_for_every_ride();
}

TEST(Load, DoesNotPostARideAgainWhoseFateIsInDoubt) {
    std::atomic<int> posts = 0;
    FakeApi api([&posts](const Request& request) -> boost::asio::awaitable<Response> {
        EXPECT_EQ(request.target(), "/rides");
        ++posts;
        co_return Response{Status::service_unavailable, R"({"error":"lost","in_doubt":true})"};
    });
    RandomRides rides(1, 20);
    const auto run = simulate(api.port(), rides, 1);

    EXPECT_EQ(run.tally.in_doubt, 20U);
    EXPECT_EQ(posts, 20);
}

TEST(Load, DoesNotPostARideAgainWhoseAnswerWasLost) {
    boost::asio::io_context context;
    auto acceptor = contrail::http::listen(context, "127.0.0.1", 0, "none");
    std::jthread hangs_up([&] {
        for (int i = 0; i < 3; ++i) {
            auto socket = acceptor.accept();
            std::string request(1'024, ' ');
            socket.read_some(boost::asio::buffer(request));
        }
        acceptor.close();
    });
    RandomRides rides(1, 3);
    const auto run = simulate(acceptor.local_endpoint().port(), rides, 1);

    EXPECT_EQ(run.tally.in_doubt, 3U);
    EXPECT_THAT(run.said, HasSubstr("in doubt"));
}

TEST(Load, WaitsForAnApiThatIsNotThereYet) {
    boost::asio::io_context context;
    const auto port = contrail::http::listen(context, "127.0.0.1", 0, "none").local_endpoint().port();
    std::optional<FakeApi> api;
    OnFirstLine buffer([&] { api.emplace(accept, port); });
    std::ostream out(&buffer);
    ProgressBar progress(out, /*terminal=*/false, /*shown=*/false, std::nullopt);
    RandomRides rides(1, 5);

    Traffic traffic(rides, {}, 1);
    Generator generator(address(port), traffic, load::unlimited_pace(), progress, {});
    EXPECT_EQ(generator.run({}).accepted, 5U);
    EXPECT_EQ(buffer.str(), "Waiting for the API: cannot reach http://127.0.0.1:" + std::to_string(port) +
                                ": Connection refused\n");
}

TEST(Load, FinishesTheRidesOnTheirWayWhenItIsStopped) {
    ApiWorld world;
    std::stop_source stop;
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::commit);
    RandomRides rides(1, std::nullopt);
    std::jthread stopper([&] {
        held_up->wait_for_one();
        stop.request_stop();
        held_up.reset();
    });
    const auto run = simulate(world.port(), rides, 4, stop.get_token());

    EXPECT_GT(run.tally.accepted, 0U);
    EXPECT_EQ(run.tally.accepted, run.tally.posted());
    EXPECT_EQ(world.rides(), run.tally.accepted);
}

}  // namespace contrail::test
