#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/record.hpp"

namespace contrail {

/// A value that an event is about. Its place in the message is `{name}`; in a line of JSON it also has a key
/// of that name, so that nobody need take messages apart. It refers to texts, and does not copy them.
class LogField {
public:
    using Value = std::variant<std::string_view, std::uint64_t, std::int64_t, RecordId>;

    constexpr LogField(const char* name, std::string_view text) : name_(name), value_(text) {}
    constexpr LogField(const char* name, RecordId id) : name_(name), value_(id) {}
    constexpr LogField(const char* name, std::unsigned_integral auto number)
        : name_(name),
          value_(static_cast<std::uint64_t>(number)) {}
    constexpr LogField(const char* name, std::signed_integral auto number)
        : name_(name),
          value_(static_cast<std::int64_t>(number)) {}

    [[nodiscard]] constexpr const char* name() const noexcept { return name_; }
    [[nodiscard]] constexpr const Value& value() const noexcept { return value_; }

private:
    const char* name_;
    Value value_;
};

/// Writes what happens in one part of a program to the program's log (see set_up.hpp).
///
/// Threads  Thread-safe.
class ComponentLog {
public:
    /// `id` says which of several such parts it is. What the arguments refer to must outlive it.
    explicit constexpr ComponentLog(std::string_view component, std::optional<LogField> id = {})
        : component_(component),
          id_(id) {}

    void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
    void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
    void warn(std::string_view message, std::initializer_list<LogField> fields = {}) const;
    void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

private:
    void write(int level, std::string_view message, std::span<const LogField> fields) const;

    std::string_view component_;
    std::optional<LogField> id_;
};

}  // namespace contrail
