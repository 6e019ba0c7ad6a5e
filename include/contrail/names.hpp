#pragma once

#include <compare>
#include <string>

namespace contrail {

/// The name under which a consumer keeps its checkpoint. Two processes of one name share one checkpoint:
/// one works, the others stand by.
class ConsumerName {
public:
    /// 1 to 128 characters of `A-Z a-z 0-9 . _ -`; anything else throws Error (Retry::never).
    explicit ConsumerName(std::string name);

    [[nodiscard]] const std::string& str() const noexcept { return name_; }
    auto operator<=>(const ConsumerName&) const = default;

private:
    std::string name_;
};

/// The name of a log; in Redis, the key of its stream.
class StreamName {
public:
    /// 1 to 255 printable ASCII characters without spaces; anything else throws Error (Retry::never).
    explicit StreamName(std::string name);

    [[nodiscard]] const std::string& str() const noexcept { return name_; }
    auto operator<=>(const StreamName&) const = default;

private:
    std::string name_;
};

}  // namespace contrail
