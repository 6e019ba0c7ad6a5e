#pragma once

#include <string>

namespace rocket_rides {

/// What came of one attempt to post a ride.
struct Answer {
    enum class Kind {
        response,  ///< The API answered with `status` and `text`, the body.
        not_sent,  ///< The API could not be reached, and has seen nothing of it. `text` says why.
        lost,      ///< It was sent, and no answer came: it may have been done. `text` says why.
    };
    Kind kind;
    unsigned status = 0;
    std::string text;
};

/// What an answer means for the ride.
enum class Fate {
    accepted,
    refused,    ///< The API will not have it, ever.
    in_doubt,   ///< Perhaps accepted: to post it again could count it twice.
    not_taken,  ///< Certainly not accepted: to be posted again.
};

Fate fate(const Answer& answer);

}  // namespace rocket_rides
