#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulator/ride_request.hpp"

namespace rocket_rides {

/// What came of one attempt at a request.
struct Answer {
    enum class Kind {
        response,  ///< The API answered with `status` and `text`, the body.
        not_sent,  ///< The API could not be reached, and has seen nothing of it. `text` says why.
        lost,      ///< It was sent, and no answer came: it may have been done. `text` says why.
    };
    Kind kind;
    unsigned status = 0;
    std::string text{};
    std::optional<std::int64_t> ride{};  ///< The id of the ride that was created, by the header `Location`.
};

/// What an answer means for the request.
enum class Fate {
    accepted,
    refused,    ///< The API will not have it, ever: also if the ride to be changed is gone, or overtaken.
    in_doubt,   ///< Perhaps accepted: to send it again could count it twice.
    not_taken,  ///< Certainly not accepted: to be sent again.
};

Fate fate(RideRequest::Action action, const Answer& answer);

}  // namespace rocket_rides
