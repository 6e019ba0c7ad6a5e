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

/// A value in a line of the log. `{name}` in the message stands for it; as JSON the line has a key of that
/// name too, so programs need not parse messages. It refers to its text and does not copy it.
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

/// Writes the log of one part of a program to standard error, one line an event:
///
///     constexpr contrail::ComponentLog log("shop");
///     log.info("listening on port {port}", {{"port", port}});
///
///     2026-11-25T09:00:00.123+00:00 info shop: listening on port 8080
///
/// contrail::Program adds the flags --log-level and --log-format: text, or an object of JSON a line.
/// Contrail's own programs and run_consumer() log the same way. Without a Program, lines go to standard
/// output as spdlog's default logger writes them.
///
/// Threads  Thread-safe.
class ComponentLog {
public:
    /// `id` tells several parts of one kind apart, such as consumers. The texts must outlive this object.
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
