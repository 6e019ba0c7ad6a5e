#include "crowd.hpp"

#include <gtest/gtest.h>

#include "ride.hpp"

namespace contrail::test {

namespace {

std::vector<std::string> posts(const std::vector<double>& distances) {
    std::vector<std::string> requests;
    requests.reserve(distances.size());
    for (const double distance : distances)
        requests.push_back(http_post("/rides", "application/json",
                                     R"({"distance":)" + rocket_rides::distance_text(distance) + "}"));
    return requests;
}

}  // namespace

void Crowd::ask(ApiWorld& world, const std::vector<std::string>& requests) {
    for (const std::string& request : requests) clients_.emplace_back(world.port()).send(request);
    // The API's one thread takes requests in the order in which they arrive, and this one it answers at once:
    // all the others wait for Postgres by then.
    EXPECT_EQ(world.client().get("/nowhere").status, 404U);
}

Crowd::Crowd(ApiWorld& world, const std::vector<double>& distances) {
    ask(world, posts(distances));
}

Crowd Crowd::asking(ApiWorld& world, const std::vector<std::string>& requests) {
    Crowd crowd;
    crowd.ask(world, requests);
    return crowd;
}

std::vector<HttpAnswer> Crowd::answers() {
    std::vector<HttpAnswer> received;
    for (auto& client : clients_) received.push_back(client.receive());
    return received;
}

}  // namespace contrail::test
