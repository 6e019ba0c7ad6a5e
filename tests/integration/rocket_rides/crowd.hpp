#pragma once

#include <gmock/gmock.h>

#include <deque>
#include <string>
#include <vector>

#include "api_world.hpp"

namespace contrail::test {

/// Clients who have made a request each and wait for the answers. All wait for Postgres once it is there.
class Crowd {
public:
    /// Who post a ride each.
    Crowd(ApiWorld& world, const std::vector<double>& distances);
    /// Who ask for other things: a request in full each.
    static Crowd asking(ApiWorld& world, const std::vector<std::string>& requests);

    std::vector<HttpAnswer> answers();

private:
    Crowd() = default;
    void ask(ApiWorld& world, const std::vector<std::string>& requests);

    std::deque<HttpClient> clients_;
};

inline auto has_status(unsigned status) {
    return ::testing::Field(&HttpAnswer::status, status);
}

}  // namespace contrail::test
