#pragma once

#include <cstdint>

namespace rocket_rides {

/// A number that stands for a set of rides: equal where ids and distances are equal, bit for bit, and
/// whatever order the rides were added in; different, but for one chance in 2^64, where they are not.
///
/// It is the sum, modulo 2^64, of the first eight bytes of each ride's SHA-256. `rides_digest` has
/// Postgres compute the same.
class RideDigest {
public:
    void add(std::int64_t id, double distance);

    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_ = 0;
};

/// The same in SQL, of the table `rides`.
constexpr auto rides_digest = R"(
SELECT mod(18446744073709551616 + mod(coalesce(sum(
           ('x' || encode(substr(sha256(int8send(id) || float8send(distance)), 1, 8), 'hex'))::bit(64)::bigint
       ), 0), 18446744073709551616), 18446744073709551616)
FROM rides)";

}  // namespace rocket_rides
