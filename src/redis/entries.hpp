#pragma once

#include <chrono>
#include <cstdint>

#include "redis/connection.hpp"

namespace contrail::redis {

/// The entries in an answer to XREAD of one stream, received one by one.
class Entries {
public:
    /// Receives the beginning of the answer, which comes next on `connection`. `block`: how long Redis may
    /// wait with it. `connection` must outlive this, and receive nothing else before the last entry.
    Entries(Connection& connection, std::chrono::milliseconds block);

    /// The next entry, valid until the next call; null after the last.
    const Reply* next();

    [[nodiscard]] bool all_received() const { return left_ == 0; }

private:
    Connection& connection_;
    std::uint64_t left_ = 0;
};

}  // namespace contrail::redis
