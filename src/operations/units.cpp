#include "operations/units.hpp"

#include <fmt/format.h>

#include <array>

namespace contrail::operations {

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return fmt::format("{} B", bytes);
    auto amount = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
    return fmt::format("{:.1f} {}", amount, units[unit]);
}

std::string duration_text(std::chrono::milliseconds duration) {
    using namespace std::chrono_literals;
    if (duration < 1s) return fmt::format("{} ms", duration.count());
    if (duration < 2min) return fmt::format("{} s", duration / 1s);
    if (duration < 2h) return fmt::format("{} min", duration / 1min);
    if (duration < 48h) return fmt::format("{} h", duration / 1h);
    return fmt::format("{} d", duration / 24h);
}

std::string count_text(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string records_text(std::uint64_t count) {
    return count_text(count) + (count == 1 ? " record" : " records");
}

}  // namespace contrail::operations
