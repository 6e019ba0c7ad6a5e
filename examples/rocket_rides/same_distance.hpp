#pragma once

#include <cstdint>

namespace rocket_rides {

/// Whether two sums of `additions` distances can be sums of the same ones, in metres.
///
/// Two sums of the same floating-point numbers in another order differ by rounding, at most by one part in
/// 2^53 of the sum for each number added, on either side. (Whole metres have no rounding, up to 2^53.) A
/// millimetre is let pass in any case, because rides that were changed or deleted since went through the
/// total with a rounding of their own.
bool same_distance(double left, double right, std::uint64_t additions);

}  // namespace rocket_rides
