#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/load/ride_request.hpp"

namespace contrail::load {

/// The result of one attempt at a request.
struct Answer {
    enum class Kind {
        response,  ///< The API answered with `status` and `text`, the body.
        not_sent,  ///< The API could not be reached, and saw nothing of the request. `text` says why.
        lost,      ///< The request was sent, and no answer came: it may be done. `text` says why.
    };
    Kind kind;
    unsigned status = 0;
    std::string text{};
    std::optional<std::int64_t> ride{};  ///< The ride created, from the header `Location`.
};

/// What an answer means for the request.
enum class Fate {
    accepted,
    refused,    ///< Never accepted: it is invalid, its ride is gone, or another change came first.
    in_doubt,   ///< Perhaps accepted: sending it again could count it twice.
    not_taken,  ///< Certainly not accepted: send it again.
};

Fate fate(RideRequest::Action action, const Answer& answer);

}  // namespace contrail::load
