#include "same_distance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rocket_rides {

bool same_distance(double left, double right, std::uint64_t additions) {
    constexpr double millimetre = 0.001;
    if (!std::isfinite(left) || !std::isfinite(right)) return false;
    // epsilon is 2^-52: a part in 2^53 for each of the two sums.
    const double rounding =
        static_cast<double>(additions) * std::numeric_limits<double>::epsilon() * std::max(left, right);
    return std::abs(left - right) <= millimetre + rounding;
}

}  // namespace rocket_rides
