#pragma once

#include <string_view>

namespace rocket_rides {

/// How often a simulator creates, changes and deletes rides: weights, whose sum is greater than 0.
struct Mix {
    double create = 1;
    double update = 0;
    double remove = 0;

    /// Reads `create=90,update=8,delete=2`. What is not named has the weight 0. Throws Error (Retry::never).
    static Mix parse(std::string_view text);

    [[nodiscard]] bool changes_rides() const { return update + remove > 0; }
};

}  // namespace rocket_rides
