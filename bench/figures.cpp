#include "bench/figures.hpp"

#include <fmt/format.h>

#include <cmath>

#include "operations/units.hpp"

namespace contrail::bench {

std::string figure(double value) {
    if (value >= 1'000) return operations::count_text(static_cast<std::uint64_t>(std::llround(value)));
    if (value >= 100) return fmt::format("{:.0f}", value);
    if (value >= 10) return fmt::format("{:.1f}", value);
    return fmt::format("{:.2f}", value);
}

}  // namespace contrail::bench
