#pragma once

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "contrail/component_log.hpp"

namespace contrail::logging {

/// What belongs to a line besides its message, and what spdlog has no place for. spdlog formats a line on the
/// thread that logs it, so the formatter finds the context there.
struct LineContext {
    /// Of the streams that the process serves, the one whose thread this is. Empty: it serves one.
    std::string_view stream{};
    std::string_view component{};
    const LogField* id = nullptr;
    std::span<const LogField> fields{};

    /// The context of the line that this thread logs now. Empty if the line does not come from a
    /// ComponentLog.
    static const LineContext& current();
};

/// Makes a context the current one of its thread, for as long as it lives.
class LineContextScope {
public:
    explicit LineContextScope(const LineContext& context);
    ~LineContextScope();
    LineContextScope(const LineContextScope&) = delete;
    LineContextScope& operator=(const LineContextScope&) = delete;

private:
    LineContext before_;
};

/// For people: `2026-11-25T09:00:00.123+00:00 info streamer: …`. One line, even if the message has several.
class TextLine final : public spdlog::formatter {
public:
    enum class Beginning { time_and_level, component };

    explicit TextLine(Beginning beginning = Beginning::time_and_level);
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    Beginning beginning_;
    spdlog::pattern_formatter time_and_level_;
};

/// For programs: one JSON object, with `time`, `level`, `component`, `message`, and the line's fields.
/// Replaces bytes that are not UTF-8.
class JsonLine final : public spdlog::formatter {
public:
    /// `program`: the component of lines that do not come from a ComponentLog.
    explicit JsonLine(std::string program) : program_(std::move(program)) {}
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    std::string program_;
};

/// For systemd's journal: a line of another formatter, after its priority (sd-daemon(3)): `<4>streamer: …`.
class JournalLine final : public spdlog::formatter {
public:
    explicit JournalLine(std::unique_ptr<spdlog::formatter> line) : line_(std::move(line)) {}
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    std::unique_ptr<spdlog::formatter> line_;
};

}  // namespace contrail::logging
