#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace contrail::fuzz {

/// Takes an input apart.
class Input {
public:
    explicit Input(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    /// The next byte; 0 at the end.
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return first;
    }

    std::string_view take(std::size_t bytes_max) {
        const auto taken = rest_.substr(0, bytes_max);
        rest_.remove_prefix(taken.size());
        return taken;
    }

    /// Up to the next NUL, which is dropped, or the end.
    std::string text() {
        const auto end = rest_.find('\0');
        std::string taken(rest_.substr(0, end));
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return taken;
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// A file in memory with this content, for readers that want a path.
class File {
public:
    explicit File(std::string_view content);
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(memory_.get()); }

private:
    base::FileDescriptor memory_;
};

}  // namespace contrail::fuzz
