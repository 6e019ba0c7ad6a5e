#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "contrail/record.hpp"

namespace rocket_rides {

/// What a record says of a ride's distance, in metres. `create` has a distance, `delete` has a previous
/// distance, `update` has both.
struct RideChange {
    std::optional<std::int64_t> id;  ///< Nothing if there is none, or what is there is no integer.
    double distance = 0;
    double previous_distance = 0;
};

/// Reads rides out of records. Not thread-safe.
class RideReader {
public:
    RideReader();
    ~RideReader();

    /// Nothing if the record is not about a ride. Throws std::runtime_error that names the record if it is,
    /// but its action or data are not understood.
    std::optional<RideChange> read(const contrail::Record& record);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace rocket_rides
