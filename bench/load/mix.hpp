#pragma once

#include <string_view>

namespace contrail::load {

/// How often the load creates, changes and deletes rides: weights with a sum greater than 0.
struct Mix {
    double create = 1;
    double update = 0;
    double remove = 0;

    /// Reads `create=90,update=8,delete=2`. A name that is missing has the weight 0. Throws Error
    /// (Retry::never).
    static Mix parse(std::string_view text);

    [[nodiscard]] bool changes_rides() const { return update + remove > 0; }
};

}  // namespace contrail::load
